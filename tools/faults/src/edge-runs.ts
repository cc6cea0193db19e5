import { setTimeout as delay } from 'node:timers/promises';
import { setFaults } from '@waybill/demo';
import {
  kill,
  reload,
  restartRolling,
  rotateCertificates,
  rotateSecrets,
  serviceReplicas,
  signingKeyRotated,
} from '@waybill/stack';
import { BALANCERS } from './balancers.ts';
import type { FaultRun } from './types.ts';
import { SLOW_OUTSIDE } from './in-flight.ts';
import { secretsOf, signInWithOldAndNew } from './old-secrets.ts';

const REPLICAS = serviceReplicas();
const KILL_EVERY_MS = 10_000;
const RELOAD_EVERY_MS = 500;
const TOKENS_OF_LAST_KEY_MS = 20_000;

/** A client must notice nothing when replicas die, restart or drain. It sends each request once, through both balancers. */
export const edgeRuns: readonly FaultRun[] = [
  {
    name: 'edge-restarts',
    what: 'rolling restarts of all services, and reloads of HAProxy: each request is answered at its only try',
    repeats: 'none',
    through: BALANCERS,
    break: async ({ fault, instance, rounds }) => {
      for (let round = 1; round <= rounds; round++) {
        await fault('rolling restart', () => restartRolling([], { instance, report: () => undefined }));
        await fault('reload haproxy', () => reload('haproxy', instance));
      }
    },
  },
  {
    name: 'edge-reloads',
    what: 'reloads of both balancers, twice a second: each request, on a connection of its own, is answered at its only try',
    repeats: 'any',
    through: BALANCERS,
    // At a reload nginx before 1.27.4 closes kept connections, also one on which a client is just writing: docs/edge.md.
    newConnections: true,
    break: async ({ fault, instance, rounds }) => {
      for (let n = 0; n < 2 * rounds; n++) {
        for (const name of BALANCERS) await fault(`reload ${name}`, () => reload(name, instance));
        await delay(RELOAD_EVERY_MS);
      }
    },
  },
  {
    name: 'edge-certificates',
    what: 'new certificates for everybody, again and again: each request, on a connection of its own, is answered at its only try',
    repeats: 'any',
    through: BALANCERS,
    newConnections: true,
    break: async ({ fault, instance, rounds }) => {
      for (let round = 1; round <= rounds; round++)
        await fault('rotate certificates', () => rotateCertificates({ instance, report: () => undefined }));
    },
  },
  {
    name: 'edge-secrets',
    what: 'another value for every secret, again and again: each request is answered at its only try, and no old one of the 22 that a server compares is let in',
    repeats: 'any',
    through: BALANCERS,
    newConnections: true,
    break: async ({ fault, instance, stack, rounds, problem }) => {
      for (let round = 1; round <= rounds; round++) {
        const before = secretsOf(instance);
        await fault('rotate secrets', () => rotateSecrets([], { instance }, () => undefined));
        for (const wrong of await signInWithOldAndNew(instance, stack.outsideWorld.url, before)) problem(wrong);
      }
      // Both brokers were started again in each round. Now everybody signs in to PostgreSQL, too.
      await fault('rolling restart', () => restartRolling([], { instance, report: () => undefined }));
    },
  },
  {
    name: 'edge-signing-keys',
    what: 'another key signs tokens, again and again, a minute apart: a token of any age is good at its only try',
    repeats: 'any',
    through: BALANCERS,
    everyToken: true,
    break: async ({ fault, instance, rounds }) => {
      for (let round = 1; round <= rounds; round++) await fault('rotate the signing key', () => rotateWhenAllowed(instance));
      // So that tokens of the last key are used as well.
      await delay(TOKENS_OF_LAST_KEY_MS);
    },
  },
  {
    name: 'edge-kills',
    what: 'kill -9 of one replica every 10 s: each request is answered at its only try, and no order exists twice',
    repeats: 'any',
    through: BALANCERS,
    break: async ({ fault, instance, stack, kills }) => {
      await setFaults(stack, SLOW_OUTSIDE);
      for (let n = 0; n < kills; n++) {
        const name = REPLICAS[n % REPLICAS.length]!;
        await fault(`kill -9 ${name}`, () => kill(name, instance));
        await delay(KILL_EVERY_MS);
      }
    },
  },
];

/** The issuer refuses while its next key is younger than a minute, and says how long. */
async function rotateWhenAllowed(instance: string): Promise<void> {
  for (;;) {
    const said = await signingKeyRotated(instance);
    const seconds = /rotate again in (\d+) s/.exec(said)?.[1];
    if (/signs from now on/.test(said)) return;
    if (seconds === undefined) throw new Error(`The signing key was not rotated: ${said}`);
    await delay(1_000 * Number(seconds));
  }
}
