import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { environmentOf, type Facts } from '../environment.ts';
import { portKey, type Unit } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';
import { probeTls } from './tls-files.ts';

/** Longer than the services' own bound for a clean stop (30 s), so that it is never we who cut one short. */
export const STOP_WITHIN_MS = 35_000;

/**
 * A container has a limit of memory, and Node bounds its heap by it. Here that bound would come from the whole machine: a replica
 * kept 260 to 350 MB after 20,000 orders, 128 of them for objects that were just made. With these it keeps half of it, at 0 to 7 %
 * more CPU. It uses 60 MB of heap then, and a process that needs more than three times as much is better started again.
 */
const SERVICE_HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8'];

/** Its spans are bounded in bytes; the rest of it is the same after a day as after an hour. */
const CONSOLE_HEAP = ['--max-old-space-size=80', '--max-semi-space-size=2'];

/** A process of ours, under the same Node as the stack itself: a service, or a step that ends by itself. */
export const app: Prepare = async (unit, around) => {
  const env = appEnvironment(unit, around);
  const tls = probeTls(around);
  // The issuer's first port is for browsers, which have no certificate of ours to look at.
  const port = around.ports[portKey(unit.name, env['HTTPS_PORT'] ? 'https' : 'http')]!;
  if (env['LEDGER_DIR']) mkdirSync(env['LEDGER_DIR'], { recursive: true, mode: 0o700 });
  return {
    file: process.execPath,
    // The outside world has its ledgers in memory, which grow with every order: it gets no bound.
    args: [...heapOf(unit), '--enable-source-maps', unit.part.script!],
    env,
    cwd: projectRoot,
    stopWithinMs: STOP_WITHIN_MS,
    readyWithinMs: 60_000,
    isReady: () => answers(tls, port, '/health/ready'),
  } satisfies Launch;
};

const heapOf = ({ part, partName }: Unit): readonly string[] =>
  part.service ? SERVICE_HEAP : partName === 'console' ? CONSOLE_HEAP : [];

/**
 * All that a process of ours is told. Node keeps what it compiled: a third of a service's boot. It computes in one thread, so one arena
 * is enough for what it allocates outside its heap: a replica keeps 147 to 154 MB after 20,000 orders, and not 157 to 173.
 */
export const appEnvironment = (unit: Unit, facts: Facts): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: facts.instance.dir,
  LANG: 'C.UTF-8',
  MALLOC_ARENA_MAX: '1',
  NODE_COMPILE_CACHE: join(projectRoot, 'node_modules/.cache/node'),
  ...environmentOf(unit, facts),
});
