import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import { asSuperuser, eventually, freshName, testStack } from '@waybill/testing';
import { environmentFor } from './environment-for.ts';

// What somebody does who wants the library and not this repository: examples/one-broker in a folder of its own, with what `npm pack`
// makes of the two libraries, and with what npm installs. It has a PostgreSQL and a RabbitMQ; no Kafka.

const LIBRARIES = ['contract-kit', 'messaging'];
const NPM = process.env['npm_execpath'] ? [process.execPath, process.env['npm_execpath']] : ['npm'];
const npm = (cwd: string, ...args: string[]) => run(NPM[0]!, [...NPM.slice(1), ...args], { cwd, env: quiet });
const quiet = { ...process.env, NODE_OPTIONS: '', npm_config_update_notifier: 'false' };

const database = freshName('packed');
const folder = mkdtempSync(join(tmpdir(), 'waybill-packed-'));
let env: NodeJS.ProcessEnv;
let running: ChildProcess | undefined;

beforeAll(async () => {
  const packed = join(folder, 'packed');
  mkdirSync(packed);
  const libraries = LIBRARIES.map((name) => `${projectRoot}/libs/${name}`);
  await npm(folder, 'pack', '--silent', '--pack-destination', packed, ...libraries);

  const app = `${projectRoot}/examples/one-broker`;
  for (const name of ['src', 'tsconfig.json']) cpSync(join(app, name), join(folder, name), { recursive: true });
  const { nx: _, ...manifest } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as {
    dependencies: object;
    nx: object;
  };
  const tarballs = Object.fromEntries(LIBRARIES.map((name) => [`@waybill/${name}`, `file:packed/waybill-${name}-0.1.0.tgz`]));
  const dependencies = { ...manifest.dependencies, ...tarballs };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, dependencies }, null, 2));
  await npm(folder, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  await npm(folder, 'run', 'build');

  await asSuperuser((client) => client.query(`CREATE DATABASE ${database}`));
  const servers = environmentFor(testStack().instance);
  const url = Object.assign(new URL(servers['DATABASE_URL']!), { pathname: database }).href;
  const { KAFKA_BROKERS: _brokers, KAFKA_USER: _user, KAFKA_PASSWORD: _password, ...without } = servers;
  env = { ...quiet, ...without, DATABASE_URL: url, PORT: '0' };
  await run(process.execPath, ['dist/deploy.js'], { cwd: folder, env });
});

afterAll(async () => {
  running?.kill('SIGKILL');
  await asSuperuser((client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the application, and resolves with its address when it can send and receive. */
async function start(): Promise<string> {
  const child = (running = spawn(process.execPath, ['dist/main.js'], { cwd: folder, env }));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const origin = await eventually('the application listens', () => /listening on (http:\S+)/.exec(said)?.[1], {
    timeoutMs: 60_000,
  });
  await eventually('it is ready', async () => ((await get(`${origin}/health`)) as { ready: boolean }).ready);
  return origin;
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => running!.once('exit', resolve));
  running!.kill('SIGKILL');
  await ended;
}

const get = async (url: string): Promise<unknown> => (await fetch(url)).json();

const greeted = async (origin: string, ...names: string[]) => {
  await eventually(
    `${names.join(' and ')} were greeted`,
    async () => ((await get(`${origin}/greetings`)) as []).length >= names.length,
  );
  expect(await get(`${origin}/greetings`)).toEqual(names.map((name) => ({ name })));
};

test('an empty Nest application has the two packed libraries of ours, and nothing else', () => {
  const ours = readdirSync(join(folder, 'node_modules/@waybill'));
  expect(ours).toEqual(LIBRARIES);
  for (const name of ours) {
    const library = join(folder, 'node_modules/@waybill', name);
    expect(lstatSync(library).isSymbolicLink()).toBe(false);
    const files = readdirSync(library, { recursive: true }).map(String);
    expect(files).toContain('dist/index.d.ts');
    expect(files.filter((file) => /\.spec\.|\.map$|^src/.test(file))).toEqual([]);
  }
});

test('it sends and receives, with RabbitMQ alone, and goes on after a kill -9', async () => {
  const first = await start();
  expect(await get(`${first}/health`)).toEqual({ rabbitmq: 'up', kafka: 'unused', missing: [], ready: true });
  expect((await fetch(`${first}/greetings/ada`, { method: 'POST' })).status).toBe(202);
  await greeted(first, 'ada');
  expect((await fetch(`${first}/greetings/bob`, { method: 'POST' })).status).toBe(202);
  // Bob's message may be in the outbox, in the queue, or handled and not acknowledged.
  await kill();

  const second = await start();
  await greeted(second, 'ada', 'bob');
  expect((await fetch(`${second}/greetings/cyd`, { method: 'POST' })).status).toBe(202);
  await greeted(second, 'ada', 'bob', 'cyd');
});
