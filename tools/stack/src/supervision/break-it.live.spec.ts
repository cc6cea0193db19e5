import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { eventually } from '@waybill/testing';
import { BREAK_IT_SOCKET } from './break-it.ts';
import { socketOf } from './control.ts';
import { identify, isAlive, isSuspended } from './identity.ts';
import { down, instanceOf, kill, resume, status, suspend, up, type ServiceStatus } from '../index.ts';
import { readState } from './leftovers.ts';
import { treeOf } from './process-tree.ts';

const NAME = `break-it-${process.pid}`;
const instance = instanceOf(NAME);
const silent = () => undefined;
const bringUp = (breakIt: boolean) => up({ instance: NAME, only: ['postgres', 'nginx'], breakIt, report: silent });
const end = (purge = false) => down({ instance: NAME, purge, report: silent });

async function postgres(): Promise<ServiceStatus> {
  const { services } = await status(NAME);
  return services.find(({ name }) => name === 'postgres')!;
}
const isReadyAgain = (restarts: number) =>
  eventually('postgres is ready again', async () => {
    const now = await postgres();
    return now.healthy && now.restarts > restarts;
  });

/** As the console asks: what it is answered, or the words of a refusal. */
function asConsole(path: string): Promise<unknown> {
  const socketPath = socketOf(readState(instance)!.supervisor, BREAK_IT_SOCKET);
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : (JSON.parse(text) as Error).error));
    });
    asked.once('error', reject);
    asked.end();
  });
}
type Error = { readonly error: string };

/** A backend that a probe had started may end at any moment. */
function isSuspendedOrGone(pid: number): boolean {
  const who = identify(pid);
  return who === undefined || !isAlive(who) || isSuspended(pid);
}

afterAll(() => end(true));

describe('a process that is suspended', () => {
  beforeAll(async () => {
    await bringUp(false);
  });

  test('answers nobody, nor does what it has started, until it is resumed', async () => {
    const { pid } = await postgres();
    const tree = treeOf(pid!);
    expect(tree.length).toBeGreaterThan(3);
    expect(await suspend('postgres', NAME)).toMatch(/^postgres \(process \d+\) is suspended/);
    await eventually('all of them are suspended', () => tree.every(isSuspendedOrGone));
    expect(await postgres()).toMatchObject({ pid, state: 'suspended', healthy: false, restarts: 0 });
    expect(await suspend('postgres', NAME)).toMatch(/already/);
    expect(await resume('postgres', NAME)).toMatch(/goes on\.$/);
    await eventually('none of them is suspended', () => !tree.some(isSuspended));
    expect(await postgres()).toMatchObject({ pid, state: 'ready', healthy: true });
    expect(await resume('postgres', NAME)).toBe('postgres was not suspended.');
  });

  test('and killed then comes back by itself', async () => {
    const { restarts } = await postgres();
    await suspend('postgres', NAME);
    expect(await kill('postgres', NAME)).toMatch(/comes back by itself/);
    await isReadyAgain(restarts);
  });

  test('and killed comes back although it has not yet noticed that it is suspended, and its backends have', async () => {
    const { pid, restarts } = await postgres();
    for (const backend of treeOf(pid!).slice(1)) if (!isSuspendedOrGone(backend)) process.kill(backend, 'SIGSTOP');
    expect(await kill('postgres', NAME)).toMatch(/comes back by itself/);
    await isReadyAgain(restarts);
  });

  test('cannot be asked for by the console, because the system was not started as a demo', () => {
    expect(existsSync(instance.paths.of(BREAK_IT_SOCKET))).toBe(false);
  });
});

describe('what the console may ask of the supervisor', () => {
  beforeAll(async () => {
    await end();
    await bringUp(true);
  });

  test('is an act on a named process, and how they are', async () => {
    const { restarts } = await postgres();
    expect(await asConsole('/kill/postgres')).toMatch(/was killed/);
    await isReadyAgain(restarts);
    expect(await asConsole('/stop/postgres')).toBe('postgres is stopped.');
    expect(await asConsole('/status')).toMatchObject([
      { name: 'postgres', group: 'server', state: 'stopped', healthy: false, acts: expect.arrayContaining(['start']) },
      { name: 'nginx', group: 'server', acts: ['kill'] },
    ]);
    expect(await asConsole('/start/postgres')).toMatch(/^postgres is ready/);
  });

  test.each([
    ['down', '/down', 'does not know "down"'],
    ['a restart', '/restart/postgres', 'does not know "restart"'],
    ['what every object has', '/constructor', 'does not know "constructor"'],
    ['the stop of the server that brings its own page', '/stop/nginx', 'nginx can only be asked to kill here'],
    ['an act on what only looks on', '/kill/prometheus', 'prometheus is not to be broken here'],
    ['an act on nothing', '/kill/', 'is not to be broken here'],
  ])('is not %s', async (_, path, words) => {
    expect(await asConsole(path)).toContain(words);
    expect(await postgres()).toMatchObject({ healthy: true });
  });
});
