import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@waybill/contracts';
import { setFaults } from '@waybill/demo';
import { kill, restart, serviceReplicas, start, stop } from '@waybill/stack';
import { cancelMoments } from './cancel-moments.ts';
import { edgeRuns } from './edge-runs.ts';
import { suspendHolder, type Holding } from './holders.ts';
import { lateWith } from './late-workers.ts';
import { strangers } from './strangers.ts';
import type { FaultRun } from './types.ts';
import { back, SLOW_OUTSIDE, soon } from './in-flight.ts';

const REPLICAS = serviceReplicas();
const EVERYTHING = ['nginx', ...REPLICAS, 'rabbitmq', 'kafka', 'postgres'];

/** Longer than every timeout and lease of the services, the longest of which is the claim of a retry (30 s). */
const BEYOND_EVERY_TIMEOUT_MS = 35_000;

/** At least three times, and a few times more if nothing came twice: events are in hand for some milliseconds only. */
const killed = (name: string): FaultRun => ({
  name: `kill-${name}`,
  what: `kill -9 of ${name}, three times or more`,
  // What was in hand is finished, cannot be acknowledged, and is delivered again: certain with a broker that takes no leave.
  repeats: name === 'rabbitmq' ? 'duplicates' : 'any',
  break: async ({ untilAccepted, cameTwice, fault, instance, stack }) => {
    await setFaults(stack, SLOW_OUTSIDE);
    await untilAccepted(0.1);
    const enough = async (kills: number) => kills >= 3 && (name === 'nginx' || kills >= 6 || (await cameTwice()) > 0);
    for (let kills = 0; !(await enough(kills)); kills++) {
      await fault(`kill -9 ${name}`, () => kill(name, instance));
      await back(name, instance);
    }
  },
});

const stoppedWhile = (service: ServiceName, holding: Holding): FaultRun => ({
  name: `stop-${service}-${holding}`,
  what: `SIGSTOP of a replica of ${service} that is ${holding}, beyond every timeout, then SIGCONT`,
  repeats: 'any',
  break: async ({ untilAccepted, fault, problem, instance, stack }) => {
    // Slow enough that a worker is always inside a call to the provider.
    if (holding === 'calling') await setFaults(stack, { provider: { slowMs: 1_000 } });
    await untilAccepted(0.3);
    const suspended = await suspendHolder(stack, { instance, service, holding });
    const { name, pid } = suspended;
    await fault(`SIGSTOP ${name}, ${holding}`, () => delay(BEYOND_EVERY_TIMEOUT_MS));
    if ((await suspended.stillHeld()).length > 0) problem(`${name} was woken up while it still held what it was ${holding}`);
    const lost = await suspended.takenOver();
    const cameTooLate = lateWith(lost, name, instance);
    await setFaults(stack, {});
    await fault(`SIGCONT ${name}`, async () => process.kill(pid, 'SIGCONT'));
    if (holding === 'calling') {
      const seen = soon(`a late worker of ${name}`, cameTooLate);
      await seen.catch(() => problem(`no worker of ${name} came too late: ${lost.length} of its claims had been taken over`));
    }
  },
});

/** Each of them runs while orders are being sent, and ends with an audit of everything. */
export const runs: readonly FaultRun[] = [
  {
    name: 'kill-replicas',
    what: 'kill -9 of each service replica in turn',
    repeats: 'some',
    break: async ({ untilAccepted, fault, instance, stack }) => {
      await setFaults(stack, SLOW_OUTSIDE);
      await untilAccepted(0.1);
      for (const name of REPLICAS) {
        await fault(`kill -9 ${name}`, () => kill(name, instance));
        await back(name, instance);
      }
    },
  },
  {
    name: 'restart-replicas',
    what: 'a clean stop and start of each service replica in turn: no request fails, nothing comes twice',
    repeats: 'none',
    everyRequestAccepted: true,
    break: async ({ untilAccepted, fault, instance }) => {
      await untilAccepted(0.1);
      for (const name of REPLICAS) await fault(`restart ${name}`, () => restart(name, instance));
    },
  },
  killed('rabbitmq'),
  killed('kafka'),
  killed('postgres'),
  killed('nginx'),
  {
    name: 'kill-everything',
    what: 'kill -9 of everything at once',
    repeats: 'some',
    break: async ({ untilAccepted, fault, instance, stack }) => {
      await setFaults(stack, SLOW_OUTSIDE);
      await untilAccepted(0.4);
      await fault('kill -9 of everything', () => Promise.all(EVERYTHING.map((name) => kill(name, instance))));
    },
  },
  {
    name: 'brokers-away',
    what: 'both brokers stopped for 20 s: orders are accepted all the same',
    repeats: 'any',
    everyRequestAccepted: true,
    break: async ({ untilAccepted, fault, instance }) => {
      await untilAccepted(0.2);
      await fault('both brokers stopped', () => Promise.all(['rabbitmq', 'kafka'].map((name) => stop(name, instance))));
      await delay(20_000);
      await fault('both brokers started', () => Promise.all(['rabbitmq', 'kafka'].map((name) => start(name, instance))));
    },
  },
  stoppedWhile('order', 'relaying'),
  stoppedWhile('notification', 'consuming'),
  stoppedWhile('payment', 'calling'),
  {
    name: 'provider-down',
    what: 'the payment provider and the mail server down for minutes: nothing becomes a dead letter',
    repeats: 'any',
    noMoreOrders: true,
    break: async ({ untilAccepted, fault, outageMs, stack }) => {
      await untilAccepted(0.2);
      await fault('provider and mail server down', () => setFaults(stack, { provider: { down: true }, mail: { down: true } }));
      await delay(outageMs);
      await fault('provider and mail server up', () => setFaults(stack, {}));
    },
  },
  strangers,
  ...cancelMoments,
  ...edgeRuns,
];
