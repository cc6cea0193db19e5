import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { printOverview } from '@waybill/stack';
import { auditWhenQuiet } from './audit-when-quiet.ts';
import { Clock } from './clock.ts';
import type { Evidence } from './evidence.ts';
import { journeyOf } from './journey.ts';
import type { Options } from './options.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { placeOrders } from './place-orders.ts';
import { printNextSteps, printOutcome, printPages, printViolations } from './print.ts';
import { readEvidence } from './read-evidence.ts';
import type { RunningStack } from './running-stack.ts';
import type { System } from './system.ts';
import { trickle } from './trickle.ts';
import { watchOrders } from './watch-orders.ts';

/** Mails and messages that are still under way when the last order has settled. */
const AUDIT_GRACE_MS = 60_000;

/** Start, place orders, audit, stay up. What this command started, it stops, however it ends. Resolves to the exit code. */
export async function demo(system: System, options: Options, signal: AbortSignal): Promise<number> {
  const clock = new Clock();
  const installMs = clock.sinceStart();
  clock.say('starting PostgreSQL, RabbitMQ, Kafka, nginx and the services');
  // Until it turns out that it ran before: a start that fails halfway has to be cleared away too.
  let ours = true;
  try {
    ours = await system.start((line) => clock.say(line), signal);
    if (!ours) clock.say('it runs already, and goes on running when this command ends');
    const startMs = clock.sinceStart() - installMs;
    const stack = await system.running();
    const run = `demo-${randomBytes(3).toString('hex')}`;
    const { evidence, outcome } = await placeAndAudit(stack, { run, clock, installMs, startMs, ...options, signal });
    if (options.json) writeFileSync(options.json, `${JSON.stringify(outcome, null, 2)}\n`);
    await show(system, stack, run, evidence, outcome, options);
    if (!options.once) await trickle(stack, `${run}-later`, signal);
    return outcome.ok ? 0 : 1;
  } finally {
    if (ours) await system.stop((line) => clock.say(line));
  }
}

interface Run {
  readonly run: string;
  readonly orders: number;
  readonly clock: Clock;
  readonly installMs: number;
  readonly startMs: number;
  readonly signal: AbortSignal;
}

async function placeAndAudit(stack: RunningStack, { run, orders, clock, installMs, startMs, signal }: Run) {
  clock.say(`placing ${orders} orders`);
  let sent = 0;
  await Promise.all([
    placeOrders(stack, { run, count: orders, signal, done: () => (sent += 1) }),
    watchOrders(stack, { run, count: orders, sent: () => sent, signal }),
  ]);
  clock.say('auditing: databases against the ledgers of the provider and the mail server');
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: AUDIT_GRACE_MS, signal });
  const firstConfirmed = clock.sinceStart(await firstConfirmedAt(stack, run));
  const elapsedMs = { install: installMs, start: startMs, firstConfirmed, total: clock.sinceStart() };
  return { evidence, outcome: outcomeOf(evidence, { run, requested: orders, violations, elapsedMs }) };
}

async function firstConfirmedAt(stack: RunningStack, run: string): Promise<number | undefined> {
  const sql = `SELECT min(h.at) AS at FROM order_history h JOIN orders o ON o.id = h.order_id WHERE h.status = 'confirmed' AND o.customer_id LIKE $1`;
  const [first] = await stack.database('order', (query) => query<{ at: Date | null }>(sql, [`${run}-%`]));
  return first?.at?.getTime();
}

async function show(
  system: System,
  stack: RunningStack,
  run: string,
  evidence: Evidence,
  outcome: Outcome,
  { once }: Options,
): Promise<void> {
  const sentTwice = evidence.requests.filter(
    ({ customerId, answers }) => customerId.startsWith(`${run}-`) && answers.length > 1,
  ).length;
  if (!once) printPages(stack);
  printOutcome(outcome, sentTwice);
  const journey = await journeyOf(stack, run);
  if (journey) console.log(`The journey of order ${journey.orderId}\n${journey.text}\n`);
  await printOverview(await system.overview());
  console.log('');
  if (!once) printNextSteps(stack, journey?.orderId, system.commands);
  printViolations(outcome.violations);
}
