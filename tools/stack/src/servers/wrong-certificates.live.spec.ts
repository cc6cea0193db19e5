// nginx, HAProxy and Prometheus as they really run: what they say to a replica that shows a wrong certificate.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CA_FILE, keepPair, PAIR_FILE, Secrets, TLS_FOLDER, tlsFiles } from '@waybill/deploy';
import { down, instanceOf, serviceReplicas, status, up } from '../index.ts';
import { StandIns } from './stand-in.ts';

const INSTANCE = `wrong-certificates-${process.pid}`;
const UP_WITHIN_MS = 120_000;
/** Prometheus asks every five seconds, HAProxy's checks more often. */
const SEVERAL_ASKS_MS = 7_000;

const { paths } = instanceOf(INSTANCE);
const secrets = new Secrets(paths.secrets);
const strangers = new Secrets(mkdtempSync(join(tmpdir(), 'strangers-')));
const replicas = new StandIns();
let urls: Readonly<Record<string, string>>;
const pairs: Record<string, string> = {};

beforeAll(async () => {
  mkdirSync(paths.dir, { recursive: true });
  const own = await tlsFiles(secrets, []);
  const ports: Record<string, number> = {};
  for (const replica of serviceReplicas()) {
    const { [CA_FILE]: ca, [PAIR_FILE]: pair } = own[replica.replace(/-\d+$/, '')]!;
    ports[`${replica}.http`] = await replicas.add(replica, { ca: ca!, pair: pair! });
  }
  writeFileSync(paths.ports, JSON.stringify(ports));
  await up({ instance: INSTANCE, only: ['nginx', 'haproxy', 'prometheus'], report: () => {} });
  ({ urls } = await status(INSTANCE));
  await keepPair(secrets, 'order', -1);
  Object.assign(pairs, {
    'of order': own['order']![PAIR_FILE],
    'of another CA': (await tlsFiles(strangers, []))['order']![PAIR_FILE],
    'that has expired': readFileSync(join(paths.secrets, TLS_FOLDER, 'order', PAIR_FILE), 'utf8'),
    'of another part': own['kafka']![PAIR_FILE],
    'for calling, not for serving': own['probe']![PAIR_FILE],
  });
}, UP_WITHIN_MS);
afterAll(async () => {
  await down({ instance: INSTANCE, purge: true, report: () => {} });
  replicas.close();
  rmSync(strangers.dir, { recursive: true });
}, UP_WITHIN_MS);

/** What nginx and HAProxy answer to a customer, whom they have to ask order for. */
const answers = () =>
  Promise.all(
    ['edge', 'haproxy'].map(async (balancer) => {
      const { status: code } = await fetch(`${urls[balancer]}/api/products`);
      return `${balancer}: ${code}`;
    }),
  );
const checks = () => [...replicas.checks.values()].reduce((sum, count) => sum + count, 0);
const scrapes = () => replicas.asked.filter(({ url }) => url === '/metrics').length;

function show(certificate: string): void {
  replicas.show(pairs[certificate]!);
  replicas.asked.length = 0;
  replicas.checks.clear();
}

test('they speak to a replica that shows its own', async () => {
  show('of order');
  await eventually('both balancers have an answer, HAProxy checks, Prometheus asks', async () => {
    const served = (await answers()).every((answer) => answer.endsWith('200'));
    return served && checks() > 0 && scrapes() > 0;
  });
}, 60_000);

test.each(['of another CA', 'that has expired', 'of another part', 'for calling, not for serving'])(
  'they say nothing to a replica with a certificate %s, and a customer is told to come again',
  async (certificate) => {
    show(certificate);
    await delay(SEVERAL_ASKS_MS);
    expect((await answers()).map((answer) => answer.replace(/50[23]$/, 'refused'))).toEqual([
      'edge: refused',
      'haproxy: refused',
    ]);
    expect({ asked: replicas.asked.map(({ url }) => url), checks: checks() }).toEqual({ asked: [], checks: 0 });
  },
  60_000,
);
