// kill -9 on real servers, at the two moments that matter and at any other: nothing is lost, nothing comes twice.
// DATABASE_URL and AMQP_URL as for the programs. The user of the database may make databases; each test has its own, and its own queue.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Channel, connect } from 'amqplib';
import { Client, Pool } from 'pg';

const { DATABASE_URL, AMQP_URL } = process.env as Record<string, string>;
const cleanUp: (() => Promise<unknown> | unknown)[] = [];
let [name, database, channel] = ['', new Pool(), undefined as unknown as Channel];

beforeEach(async () => {
  name = `smallest_${randomBytes(5).toString('hex')}`;
  const admin = new Client({ connectionString: DATABASE_URL });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  database = new Pool({ connectionString: databaseUrl() });
  database.on('error', () => {}); // It may still have connections when it is dropped.
  const connection = await connect(AMQP_URL!);
  channel = await connection.createChannel();
  cleanUp.push(
    async () => (await admin.query(`DROP DATABASE ${name} WITH (FORCE)`), admin.end()),
    () => database.end(),
    () => connection.close(),
    () => channel.deleteQueue(name),
    () => channel.deleteQueue(`${name}.dead`),
  );
});
afterEach(async () => {
  for (const work of cleanUp.splice(0).reverse()) await work();
});

test('a producer that dies between the commit and the publish: the next one sends the message', async () => {
  const broker = await proxy();
  const first = await producer(broker.url);
  broker.holdRequests();
  await place(first, 1);
  assert.equal(await waiting(), 0, 'the broker has heard of it');
  await kill(first);

  await producer();
  await consumer();
  await eventually('its parcel is packed', async () => (await parcels()).length > 0);
  await nothingIsLeft();
  assert.deepEqual(await parcels(), ['1']);
});

test('a producer that dies between the publish and the delete: the message comes twice, the parcel once', async () => {
  const broker = await proxy();
  const first = await producer(broker.url);
  broker.holdAnswers();
  await place(first, 1);
  await eventually('the broker has the message', async () => (await waiting()) === 1);
  await kill(first);

  await producer();
  await eventually('the broker has it twice', async () => (await waiting()) === 2);
  const { said } = await consumer();
  await eventually('the copy was known', () => said().includes('known  1'));
  await nothingIsLeft();
  assert.deepEqual(await parcels(), ['1']);
});

test('a consumer that dies between the commit and the acknowledgement: the message comes again, the parcel does not', async () => {
  const broker = await proxy();
  const first = await consumer(broker.url);
  broker.holdRequests();
  await place(await producer(), 1);
  await eventually('the parcel is packed', async () => (await parcels()).length === 1);
  assert.equal(await waiting(), 0);
  await kill(first);
  await eventually('the message is back in the queue', async () => (await waiting()) === 1);

  const { said } = await consumer();
  await eventually('it was known', () => said().includes('known  1'));
  await nothingIsLeft();
  assert.deepEqual(await parcels(), ['1']);
});

test('both are killed again and again while 100 orders come: each accepted order has one parcel', async () => {
  let [sender, receiver] = [await producer(), await consumer()];
  let [killing, kills] = [true, 0];
  const killer = (async () => {
    for (; killing || kills < 6; kills += 2) {
      await setTimeout(50 + Math.random() * 300);
      [sender] = [await producer(), await kill(sender)];
      await setTimeout(50 + Math.random() * 300);
      [receiver] = [await consumer(), await kill(receiver)];
    }
  })();
  const ids = Array.from({ length: 100 }, (_, index) => `${index + 1}`);
  // A client without an answer asks again, and may ask for what is there already.
  for (const id of ids) while (!(await place(sender, id).catch(() => setTimeout(20))));
  killing = false;
  await killer;
  await nothingIsLeft();
  assert.deepEqual(await parcels(), ids);
});

interface Program {
  readonly process: ChildProcess;
  readonly said: () => string;
}

const producer = (amqpUrl?: string) => start('producer', ['PUT http', 'sending to'], amqpUrl);
const consumer = (amqpUrl?: string) => start('consumer', ['waiting for'], amqpUrl);

/** Starts a program; it has a channel when this resolves. */
async function start(program: string, ready: string[], amqpUrl = AMQP_URL): Promise<Program> {
  const env = { ...process.env, DATABASE_URL: databaseUrl(), AMQP_URL: amqpUrl, QUEUE: name, PORT: '0' };
  const child = spawn(process.execPath, [new URL(`${program}.ts`, import.meta.url).pathname], { env });
  cleanUp.push(() => kill({ process: child }));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  await eventually(
    `the ${program} is ready`,
    () => ready.every((words) => said.includes(words)) || (child.exitCode !== null && assert.fail(`it ended: ${said}`)),
  );
  return { process: child, said: () => said };
}

async function kill({ process: child }: Pick<Program, 'process'>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function place({ said }: Program, id: string | number): Promise<true> {
  const [origin] = /http:\S+\/orders/.exec(said())!;
  const { status } = await fetch(`${origin}/${id}/mug`, { method: 'PUT' });
  assert.equal(status, 202);
  return true;
}

const waiting = async () => (await channel.checkQueue(name)).messageCount;

const parcels = async () =>
  (await database.query<{ order_id: string }>('SELECT order_id FROM parcels ORDER BY order_id::int')).rows.map(
    (row) => row.order_id,
  );

async function nothingIsLeft(): Promise<void> {
  await eventually('the outbox is empty', async () => (await database.query('SELECT FROM outbox')).rowCount === 0);
  await eventually('nothing waits', async () => (await waiting()) === 0);
  await eventually('each message was handled', async () => {
    const { rows } = await database.query<{ open: string }>(
      'SELECT (SELECT count(*) FROM orders) - (SELECT count(*) FROM inbox) AS open',
    );
    return rows[0]!.open === '0';
  });
  assert.equal((await channel.checkQueue(`${name}.dead`)).messageCount, 0);
}

async function eventually(fact: string, probe: () => Promise<unknown> | unknown): Promise<void> {
  for (const end = Date.now() + 30_000; !(await probe()); await setTimeout(20))
    if (Date.now() > end) assert.fail(`waited 30 s in vain until ${fact}`);
}

function databaseUrl(): string {
  const url = new URL(DATABASE_URL!);
  url.pathname = name;
  return url.href;
}

/** A network to the broker that can keep what one side says from the other. It passes bytes on, so the two may speak TLS. */
async function proxy() {
  const held = { requests: false, answers: false };
  const { hostname, port, protocol } = new URL(AMQP_URL!);
  const sockets: Socket[] = [];
  const listener = createServer((client) => {
    const server = connectTcp(Number(port || (protocol === 'amqps:' ? 5671 : 5672)), hostname);
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => {});
    client.on('data', (bytes) => held.requests || server.write(bytes)).on('close', () => server.destroy());
    server.on('data', (bytes) => held.answers || client.write(bytes)).on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  const url = new URL(AMQP_URL!);
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    url: url.href,
    holdRequests: () => void (held.requests = true),
    holdAnswers: () => void (held.answers = true),
  };
}
