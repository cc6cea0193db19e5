import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../environment.ts';
import { projectRoot } from '../instance.ts';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';

/** A process of ours, under the same Node as the stack itself: a service, or a step that ends by itself. */
export const app: Prepare = async (unit, around) => {
  const port = around.ports[portKey(unit.name, 'http')];
  const environment = environmentOf(unit, around);
  if (environment['LEDGER_DIR']) mkdirSync(environment['LEDGER_DIR'], { recursive: true, mode: 0o700 });
  return {
    file: process.execPath,
    args: ['--enable-source-maps', unit.part.script!],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: around.instance.dir,
      LANG: 'C.UTF-8',
      ...compileCache(),
      ...environment,
    },
    cwd: projectRoot,
    // Longer than a service takes to finish what it has in hand.
    stopWithinMs: 20_000,
    readyWithinMs: 60_000,
    isReady: () => answers(`http://127.0.0.1:${port}/health/ready`),
  } satisfies Launch;
};

/** Node keeps what it compiled: a third of a service's boot. */
const compileCache = () => ({ NODE_COMPILE_CACHE: join(projectRoot, 'node_modules/.cache/node') });
