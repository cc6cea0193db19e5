// `npm run without`: one guarantee is taken away, and the damage is counted.
import { type Damage, DAMAGES } from '@waybill/demo';
import { PatchedCopy, program, table, type Verdict } from '@waybill/kit';
import { mutantNamed, patchFile } from '@waybill/mutants';
import type { Guarantee } from './guarantees.ts';
import { HELP, type Options, readOptions } from './options.ts';

/** What is wrong after these seconds stays wrong: with every guarantee an order takes 20 s at most after a fault. */
const GRACE_S = 40;
const RUN_WITHIN_MS = 15 * 60_000;
const EXAMPLES = 3;

await program({ name: 'without', help: HELP, read: readOptions, run: takeAway });

/** What a fault run came to. */
interface Outcome {
  readonly orders: number;
  readonly damage: Readonly<Record<Damage, number>>;
  readonly problems: readonly string[];
}

interface Compared {
  readonly guarantee: Guarantee;
  readonly intact: Outcome;
  readonly without: Outcome;
}

async function takeAway({ guarantees, orders }: Options, signal: AbortSignal): Promise<Verdict> {
  console.log('The project is copied; its stack in the copy is its own.');
  const copy = await PatchedCopy.make(signal);
  const compared: Compared[] = [];
  try {
    for (const guarantee of guarantees) {
      console.log(`\n${guarantee.name}: ${guarantee.what}`);
      const intact = await runIn(copy, `with ${guarantee.name}`, guarantee, orders);
      await patch(copy, guarantee);
      const without = await runIn(copy, `without ${guarantee.name}`, guarantee, orders);
      await copy.restore();
      compared.push({ guarantee, intact, without });
      print(compared.at(-1)!);
    }
  } finally {
    copy.remove();
  }
  const shown = compared.filter(({ intact, without }) => harmed(intact) === 0 && harmed(without) > 0);
  if (compared.length > 1) console.log(`\n${tableOf(compared)}`);
  return { passed: shown.length, failed: compared.length - shown.length, note: 'taken away, and missed', details: compared };
}

async function patch(copy: PatchedCopy, { patches }: Guarantee): Promise<void> {
  for (const name of patches) {
    const { bug, packages } = mutantNamed(name);
    console.log(`\ntaken away: ${bug} (tools/mutants/patches/${name}.patch)`);
    await copy.patch(patchFile(name), packages);
  }
}

/** Runs the guarantee's fault run in the copy. */
async function runIn(copy: PatchedCopy, title: string, { run, shorter = [] }: Guarantee, orders: number): Promise<Outcome> {
  console.log(`\n${title}: ${orders} orders or more, and ${run}`);
  const numbers = ['--orders', String(orders), '--grace', String(GRACE_S), '--instance', 'without', ...shorter];
  const suite = await copy.suiteOf(['tools/faults/src/main.ts', run, ...numbers], RUN_WITHIN_MS);
  const [outcome] = (suite?.details ?? []) as readonly Outcome[];
  if (!outcome) throw new Error('The fault run did not come to its end: what it said is above.');
  return outcome;
}

function harmed({ damage }: Outcome): number {
  return Object.values(damage).reduce((sum, count) => sum + count, 0);
}

function print({ guarantee, intact, without }: Compared): void {
  const rows = DAMAGES.map((kind) => [kind, intact.damage[kind], without.damage[kind]]);
  console.log(
    `\n${table([['orders', 'with', `without ${guarantee.name}`], ['sent', intact.orders, without.orders], ...rows])}\n`,
  );
  for (const problem of without.problems.slice(0, EXAMPLES)) console.log(`  ${problem}`);
}

function tableOf(compared: readonly Compared[]): string {
  const rows = compared.map(({ guarantee, without }) => [
    guarantee.name,
    guarantee.run,
    without.orders,
    ...DAMAGES.map((kind) => without.damage[kind]),
  ]);
  return table([['without', 'fault', 'orders', ...DAMAGES], ...rows]);
}
