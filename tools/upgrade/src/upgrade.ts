import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningStack } from '@waybill/demo';
import { BALANCERS, type FaultRun, soon } from '@waybill/faults';
import { type PatchedCopy, projectRoot, run } from '@waybill/kit';
import { restartRolling } from '@waybill/stack';

/** So long both builds work side by side, after each step. */
const SIDE_BY_SIDE_MS = 3_000;
/** A replica of the new build looks every 15 s for what an old one could not read. */
const THROUGH_WITHIN_MS = 60_000;

/** Charges of a version that a replica of payment did not know: they wait. */
const UNKNOWN = `SELECT count(*)::int AS n FROM parked WHERE unknown`;

/** Rows of the old build have no `placed_at`. The two names of the method must never say different things. */
const BOTH_BUILDS = `
  SELECT count(*) FILTER (WHERE placed_at IS NULL)::int AS old, count(*) FILTER (WHERE placed_at IS NOT NULL)::int AS new,
    count(*) FILTER (WHERE method IS DISTINCT FROM payment_method)::int AS different
  FROM payments WHERE attempt > 0 AND created_at > $1`;

interface Rows {
  readonly old: number;
  readonly new: number;
  readonly different: number;
}

/**
 * `payment.charge.v3` in place of v2, and `payments.method` in place of `payment_method`. The sender is upgraded before its reader,
 * which is the wrong order and must lose nothing either.
 *
 * @param copy the project in which this runs: what is built there is the next version, and what runs goes on with what it has read
 */
export const upgradeOf = (copy: PatchedCopy): FaultRun => ({
  name: 'upgrade',
  what: 'Old and new builds of order and payment side by side, under load: another version of a command, another name of a column.',
  // A charge that waited is handled once, after it was parked.
  repeats: 'any',
  through: BALANCERS,
  break: async ({ fault, problem, stack, instance }) => {
    const replace = (replica: string) => restartRolling([replica], { instance, report: () => undefined });
    await fault('the next version is built', () => copy.patch(patchFile('expand'), ['apps/order', 'apps/payment']));
    const expandedAt = await databaseTime(stack);
    await fault('expand: both versions and both columns', () => deploy(instance));
    await delay(SIDE_BY_SIDE_MS);

    await fault('order-2 is new: payment does not know what it sends', () => replace('order-2'));
    const waiting = await soon('a charge that payment does not know', async () => (await unknown(stack)) || undefined);
    console.log(`${waiting} or more charges of v3 wait: no payment knows it yet`);

    await fault('payment-1 is new, payment-2 is not', () => replace('payment-1'));
    await delay(SIDE_BY_SIDE_MS);
    await fault('payment-2 is new', () => replace('payment-2'));
    await fault('order-1 is new', () => replace('order-1'));
    await soon('the end of the wait', async () => (await unknown(stack)) === 0 || undefined, THROUGH_WITHIN_MS);
    console.log('every charge that waited has gone through');

    const rows = await written(stack, expandedAt);
    console.log(`${rows.old} payments of the old build and ${rows.new} of the new one, in one table`);
    if (rows.old === 0 || rows.new === 0) problem('only one build has written to the table that was expanded');
    if (rows.different > 0) problem(`${rows.different} payments have another method by its old name than by its new one`);

    await fault('the contracting migration is built', () => copy.patch(patchFile('contract'), ['apps/payment']));
    await fault('contract: the old column goes', () => deploy(instance));
    await delay(SIDE_BY_SIDE_MS);
    const columns = await stack.database('payment', (query) => query<{ name: string }>(COLUMNS));
    if (columns.some(({ name }) => name === 'payment_method')) problem('the old column is still there');
  },
});

const COLUMNS = `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'payments'`;

const patchFile = (name: string) => join(import.meta.dirname, '../patches', `${name}.patch`);

/** Migrations, topology and rights of what was built last: in a process of its own, because this one has read the old contracts. */
const deploy = (instance: string) =>
  run(process.execPath, ['tools/stack/src/main.ts', 'deploy', '--instance', instance], { cwd: projectRoot });

const unknown = (stack: RunningStack) => stack.database('payment', async (query) => (await query<{ n: number }>(UNKNOWN))[0]!.n);

const written = (stack: RunningStack, since: Date) =>
  stack.database('payment', async (query) => (await query<Rows>(BOTH_BUILDS, [since]))[0]!);

const databaseTime = (stack: RunningStack) =>
  stack.database('payment', async (query) => (await query<{ now: Date }>(`SELECT now()`))[0]!.now);
