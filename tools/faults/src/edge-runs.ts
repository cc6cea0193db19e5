import { setTimeout as delay } from 'node:timers/promises';
import { setFaults } from '@waybill/demo';
import { kill, reload, restartRolling, rotateCertificates, serviceReplicas } from '@waybill/stack';
import type { FaultRun } from './types.ts';
import { SLOW_OUTSIDE } from './in-flight.ts';

const BALANCERS = ['nginx', 'haproxy'];
const REPLICAS = serviceReplicas();
const KILL_EVERY_MS = 10_000;
const RELOAD_EVERY_MS = 500;

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
