import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@waybill/testing';
import { identify, isAlive, isSuspended, processesOf, type Identity } from './identity.ts';
import { down, instanceOf, kill, restart, start, status, stop, up, type ServiceStatus } from '../index.ts';
import { readState } from './leftovers.ts';

const NAME = `spec-${process.pid}`;
const OTHER = `${NAME}-other`;
const instance = instanceOf(NAME);
const silent = () => undefined;
// nginx too, because it writes its title over the mark in its environment.
const bringUp = (name = NAME) => up({ instance: name, only: ['postgres', 'nginx'], report: silent });

async function postgres(name = NAME): Promise<ServiceStatus> {
  const { services } = await status(name);
  return services.find((service) => service.name === 'postgres')!;
}
const becomes = (state: string) =>
  eventually(`postgres is ${state}`, async () => {
    const found = await postgres();
    return found.state === state && found;
  });
/** The children of a PostgreSQL that was killed lead groups of their own, and end a moment after it: until then no other can start. */
const startsInVain = () =>
  readFileSync(instance.paths.of('logs', 'postgres.log'), 'utf8').split('FATAL:  pre-existing shared memory block').length;
const supervisor = () => readState(instance)!.supervisor;
const guardians = () => processesOf(instance.dir, 'WAYBILL_GUARDIAN');
/** A guardian has a Node to start, and then gives what is left 5 s to end. */
const GUARDED = { timeoutMs: 40_000 };
const nothingRuns = async () => {
  const { services } = await status(NAME);
  return services.every(({ pid }) => pid === null) && processesOf(instance.dir).length === 0 && guardians().length === 0;
};

beforeEach(() => bringUp());
afterAll(async () => {
  for (const name of [NAME, OTHER]) await down({ instance: name, purge: true, report: silent });
});

describe('a process', () => {
  test('that is killed comes back by itself as another', async () => {
    const [before, earlier] = [await postgres(), startsInVain()];
    expect(await kill('postgres', NAME)).toBe(`postgres (process ${before.pid}) was killed, and comes back by itself.`);
    const after = await eventually('another is ready', async () => {
      const now = await postgres();
      return now.state === 'ready' && now.pid !== before.pid && now;
    });
    expect(after).toMatchObject({ healthy: true, restarts: before.restarts + 1 + startsInVain() - earlier });
  });

  test('that was stopped stays down until it is started, and each order says what became of it', async () => {
    expect(await start('postgres', NAME)).toMatch(/^postgres is running already \(process \d+\)\.$/);
    expect(await stop('postgres', NAME)).toBe('postgres is stopped.');
    expect(await stop('postgres', NAME)).toBe('postgres was stopped already.');
    await expect(kill('postgres', NAME)).rejects.toThrow('postgres is not running: `npm run stack -- start postgres` starts it.');
    // Five times as long as one that is killed takes to come back.
    await bringUp(OTHER);
    expect(await postgres()).toMatchObject({ state: 'stopped', pid: null, healthy: false });
    expect(await start('postgres', NAME)).toMatch(/^postgres is ready/);
  });

  test('that is suspended is not healthy, and can be stopped all the same', async () => {
    const { pid } = await postgres();
    process.kill(pid!, 'SIGSTOP');
    await eventually('it is suspended', () => isSuspended(pid!));
    expect(await postgres()).toMatchObject({ pid, healthy: false });
    expect(await restart('postgres', NAME)).toMatch(/^postgres is ready/);
    expect(await postgres()).toMatchObject({ healthy: true });
  });
});

describe('a crash loop', () => {
  const configuration = join(instance.dir, 'postgres/data/postgresql.conf');
  let intact: string;
  beforeEach(async () => {
    intact = readFileSync(configuration, 'utf8');
    appendFileSync(configuration, 'no_such_setting = 1\n');
    process.kill((await postgres()).pid!, 'SIGKILL');
    await becomes('crash-looping');
  });
  afterEach(() => writeFileSync(configuration, intact));

  test('is reported with how and why, is tried again for ever, and ends when the cause has gone', async () => {
    const { healthy, lastCrash } = await postgres();
    expect(healthy).toBe(false);
    expect(lastCrash?.how).toBe('code 1');
    expect(lastCrash?.error).toContain('unrecognized configuration parameter "no_such_setting"');
    expect(readFileSync(instance.paths.of('logs', 'supervisor.log'), 'utf8')).toMatch(
      /\d{4}-.*Z {2}postgres ended with code 1 \(\d in a row\): .*no_such_setting.*; its next start is in [\d.]+ s\n/,
    );
    await expect(start('postgres', NAME)).rejects.toThrow(
      /^postgres cannot start: it ended with code 1: unrecognized configuration parameter "no_such_setting"/,
    );
    writeFileSync(configuration, intact);
    expect(await becomes('ready')).toMatchObject({ healthy: true });
  });

  test('ends with a stop', async () => {
    expect(await stop('postgres', NAME)).toBe('postgres had crashed, and is not started again.');
    const { restarts } = await postgres();
    writeFileSync(configuration, intact);
    await start('postgres', NAME);
    expect(await postgres()).toMatchObject({ state: 'ready', restarts });
  });
});

describe('without its supervisor', () => {
  test('nothing goes on: its guardian ends everything, and the next start finds the way free', async () => {
    const { supervisor, processes } = readState(instance)!;
    expect(Object.keys(processes).sort()).toEqual(['nginx', 'postgres']);
    process.kill(supervisor.pid, 'SIGKILL');
    // By their identities: whoever does not recognise a process as ours would not count it either.
    const ended = () => Object.values(processes).every((identity) => !isAlive(identity));
    await eventually('nothing runs', async () => ended() && (await nothingRuns()), GUARDED);
    expect(await postgres()).toMatchObject({ state: 'stopped', pid: null });
    expect(await bringUp()).toBe(true);
    expect(await postgres()).toMatchObject({ state: 'ready', healthy: true });
  });

  test('nor without its guardian: another takes its place', async () => {
    const [first] = guardians();
    process.kill(first!, 'SIGKILL');
    await eventually('another waits', () => guardians().some((pid) => pid !== first));
    process.kill(supervisor().pid, 'SIGKILL');
    await eventually('nothing runs', nothingRuns, GUARDED);
  });

  test('nor without both: status says what is left, and the next start ends it', async () => {
    const before = await postgres();
    // Suspended first, it cannot replace the guardian.
    process.kill(supervisor().pid, 'SIGSTOP');
    for (const pid of [...guardians(), supervisor().pid]) process.kill(pid, 'SIGKILL');
    await eventually('the supervisor is gone', async () => (await postgres()).state === 'left over');
    expect(await postgres()).toMatchObject({ pid: before.pid, healthy: false });
    expect(await bringUp()).toBe(true);
    expect((await postgres()).pid).not.toBe(before.pid);
  });

  test('one that does not answer is said to be so, and down ends it with all it started', async () => {
    process.kill(supervisor().pid, 'SIGSTOP');
    await down({ instance: NAME, report: silent });
    expect(await nothingRuns()).toBe(true);
  });
});

describe('a state file from another time', () => {
  let stranger: Identity;
  let child: ReturnType<typeof spawn>;
  beforeEach(async () => {
    await down({ instance: NAME, report: silent });
    child = spawn('sleep', ['600'], { stdio: 'ignore' });
    stranger = identify(child.pid!)!;
  });
  afterEach(() => void child.kill('SIGKILL'));

  test.each([
    ['from before the last boot', (identity: Identity) => ({ ...identity, bootId: 'another' })],
    ['whose pid was given to another process', (identity: Identity) => ({ ...identity, startTime: '1' })],
    ['whose pid and start time name a process that is not of the stack', (identity: Identity) => identity],
  ])('%s is recognised, and nobody else is touched', async (_, change) => {
    mkdirSync(instance.dir, { recursive: true });
    const identity = change(stranger);
    writeFileSync(
      instance.paths.state,
      JSON.stringify({ supervisor: identity, processes: { postgres: { ...identity, stopSignal: 'SIGKILL' } } }),
    );
    expect(await postgres()).toMatchObject({ state: 'stopped', pid: null });
    await expect(kill('postgres', NAME)).rejects.toThrow('The stack is not running');
    expect(await bringUp()).toBe(true);
    expect(identify(stranger.pid)).toEqual(stranger);
  });
});

describe('two starts', () => {
  test('of one instance: the second says that it runs, or that it is being started', async () => {
    expect(await bringUp()).toBe(false);
    await down({ instance: NAME, report: silent });
    const both = await Promise.allSettled([bringUp(), bringUp()]);
    expect(both.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason))).sort()).toEqual([
      expect.stringContaining('It is just being started'),
      true,
    ]);
  });

  test('of one instance, the second with an optional part: it joins what runs', async () => {
    const said: string[] = [];
    expect(await up({ instance: NAME, with: ['haproxy'], report: (line) => said.push(line) })).toBe(false);
    expect(said).toEqual(['haproxy is ready.']);
  });

  test('of two instances do not meet', async () => {
    await bringUp(OTHER);
    const [one, other] = [await postgres(), await postgres(OTHER)];
    expect(one.ports).not.toEqual(other.ports);
    await down({ instance: OTHER, purge: true, report: silent });
    expect(await postgres()).toEqual(one);
  });

  test('of one instance, its port taken meanwhile: it takes another', async () => {
    const taken = (await postgres()).ports['sql']!;
    await down({ instance: NAME, report: silent });
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(taken, '127.0.0.1', resolve));
    await bringUp();
    expect((await postgres()).ports['sql']).not.toBe(taken);
    await new Promise((resolve) => holder.close(resolve));
  });
});

test('Ctrl-C during up, twice, ends what was started, cleanly', async () => {
  await down({ instance: NAME, report: silent });
  const program = [join(import.meta.dirname, '../main.ts'), 'up', '--only', 'postgres,rabbitmq', '--instance', NAME];
  const command = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => command.once('close', resolve));
  let said = '';
  command.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await eventually('PostgreSQL is ready, and RabbitMQ is not', () => said.includes('postgres ready'), { timeoutMs: 60_000 });
  for (let times = 0; times < 2; times++) command.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(said).toContain('It was broken off, and nothing of it is left.');
  expect(await nothingRuns()).toBe(true);
  expect(readFileSync(instance.paths.of('logs', 'postgres.log'), 'utf8')).toMatch(/database system is shut down\n$/);
});

test('down with purge leaves no process and no folder', async () => {
  await down({ instance: NAME, purge: true, report: silent });
  expect(await nothingRuns()).toBe(true);
  expect(existsSync(instance.dir)).toBe(false);
});
