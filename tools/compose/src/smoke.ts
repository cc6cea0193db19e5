import { auditWhenQuiet, placeOrders, readEvidence, table } from '@waybill/demo';
import { containers, memory, runningContainers } from './containers.ts';
import { compose, docker, tryDocker } from './docker.ts';
import { imageSizes } from './images.ts';

interface Smoke {
  readonly clientLedger: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Mails and messages that are still under way when the last order is accepted, after a kill longer than without. */
const AUDIT_GRACE_MS = 60_000;
const WAIT = ['--wait', '--wait-timeout', '300'];

/** Throws a sentence at the first thing that is not as promised. */
export async function smoke(run: Smoke): Promise<void> {
  const { say, signal } = run;
  say('building the images');
  await docker(compose('build', '--quiet'), signal);
  console.log(`\n${table(await imageSizes())}\n`);

  say('starting everything');
  await docker(compose('up', ...WAIT), signal);
  say('everything is healthy');
  await ordersAndAudit(run, 'first', 100);

  say('killing order-1 and payment-1 while orders are placed');
  await Promise.all([ordersAndAudit(run, 'killed', 60), docker(['kill', ...(await namesOf('order-1', 'payment-1'))])]);

  say('killing both brokers while orders are placed');
  // Some customers wait for their order to be confirmed, to cancel it then: the brokers have to come back meanwhile.
  const killAndStart = async () => {
    await docker(['kill', ...(await namesOf('rabbitmq-1', 'kafka-1'))]);
    await docker(compose('up', ...WAIT), signal);
  };
  await Promise.all([place(run, 'without-brokers', 40), killAndStart()]);
  await auditAll(run);

  say('four replicas of payment');
  await docker(compose('up', ...WAIT, '--scale', 'payment=4'), signal);
  const payments = (await containers()).filter(({ Service, Health }) => Service === 'payment' && Health === 'healthy');
  if (payments.length !== 4) throw new Error(`There are ${payments.length} healthy replicas of payment instead of 4.`);
  await ordersAndAudit(run, 'scaled', 40);
  const held = await memory();
  const rows = [...held, ['together', held.reduce((sum, [, mb]) => sum + mb, 0)] as const].map(([name, mb]) => [
    name,
    `${Math.round(mb)} MB`,
  ]);
  console.log(`\n${table(rows)}\n`);

  say('down, and up again');
  await docker(compose('down'), signal);
  await docker(compose('up', ...WAIT), signal);
  await ordersAndAudit(run, 'again', 20);

  say('down with its volumes');
  await docker(compose('down', '--volumes'), signal);
  const left = await tryDocker(['volume', 'ls', '--quiet', '--filter', 'label=com.docker.compose.project=waybill-smoke']);
  if (left.out.trim() !== '') throw new Error(`Volumes are left: ${left.out.trim()}`);
}

async function ordersAndAudit(run: Smoke, name: string, count: number): Promise<void> {
  await place(run, name, count);
  await auditAll(run);
}

async function place({ clientLedger, say, signal }: Smoke, name: string, count: number): Promise<void> {
  await placeOrders(await runningContainers(clientLedger), { run: name, count, signal });
  say(`${count} orders placed`);
}

/** Holds all orders that were ever placed against the databases and the ledgers of the outside world. */
async function auditAll({ clientLedger, say, signal }: Smoke): Promise<void> {
  const stack = await runningContainers(clientLedger);
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: AUDIT_GRACE_MS, signal });
  if (violations.length > 0) throw new Error(['The audit found:', ...violations].join('\n  '));
  const failed = evidence.requests.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    throw new Error(`${failed.length} orders were not accepted, the first one because ${failed[0]!.failure}`);
  say(`${evidence.orders.length} orders in all are accounted for`);
}

const namesOf = async (...endings: readonly string[]): Promise<string[]> =>
  (await containers()).map(({ Name }) => Name).filter((name) => endings.some((ending) => name.endsWith(`-${ending}`)));
