// `npm run mutants`: known bugs are put in on purpose, and each must turn a test red.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, projectRoot, type Verdict } from '@waybill/kit';
import { SPEC_SERVERS, whileUp } from '@waybill/stack';
import { Copy } from './copy.ts';
import { greenBefore, hunt, type Hunted } from './hunt.ts';
import { type Mutant, unbrokenGuarantees } from './mutant.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { allMutants, patchFile } from './patches.ts';
import { progressOf, tableOf } from './print.ts';

await program({
  name: 'mutants',
  help: HELP,
  read: (args) => {
    const options = readOptions(args);
    return { ...options, mutants: chosen(allMutants(), options.only) };
  },
  run: huntFor,
});

async function huntFor(options: Options & { readonly mutants: readonly Mutant[] }, signal: AbortSignal): Promise<Verdict> {
  const { mutants } = options;
  const started = performance.now();
  const without =
    options.only.length > 0 ? [] : unbrokenGuarantees(readFileSync(join(projectRoot, 'docs/guarantees.md'), 'utf8'), mutants);
  for (const number of without) console.log(`  PROBLEM guarantee ${number} has no patch that breaks it`);
  const hunted = await whileUp({ ...SPEC_SERVERS, signal }, (connections) =>
    huntAll(mutants, options.atOnce, { connections, signal }),
  );
  const missed = hunted.filter(({ problem }) => problem !== undefined);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (hunted.length > 0) console.log(`\n${tableOf(hunted)}`);
  console.log(`\n${hunted.length - missed.length} of ${mutants.length} bugs were caught, in ${seconds} s.`);
  for (const { mutant, problem } of missed) console.log(`\nPROBLEM ${mutant.name} (${mutant.bug}): ${problem}`);
  // One that was not hunted was not caught either, and a guarantee without a patch has no bug that a test would see.
  const unseen = [...missed.map(({ mutant }) => mutant.name), ...without.map((number) => `guarantee ${number}`)];
  const failed = mutants.length - hunted.length + unseen.length;
  return {
    passed: hunted.length - missed.length,
    failed,
    note: unseen.join(', ') || (failed > 0 ? `${failed} were not hunted` : 'known bugs, each seen by a test'),
    details: hunted.map(({ mutant, ...result }) => ({ ...mutant, ...result })),
  };
}

function chosen(mutants: Mutant[], only: readonly string[]): Mutant[] {
  const unknown = only.filter((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown.length > 0) throw new Error(`There is no patch ${unknown.join(', no ')}.`);
  return only.length > 0 ? mutants.filter(({ name }) => only.includes(name)) : mutants;
}

async function huntAll(
  mutants: readonly Mutant[],
  atOnce: number,
  { connections, signal }: { connections: string; signal: AbortSignal },
): Promise<Hunted[]> {
  const copies: Copy[] = [];
  const hunted: Hunted[] = [];
  try {
    while (copies.length < Math.min(atOnce, mutants.length)) copies.push(await Copy.make(connections, signal));
    console.log(`First, the tests of ${mutants.length} patches must be green without them.`);
    const problems: string[] = [];
    await share(copies, [...Map.groupBy(mutants, ({ spec }) => spec).values()], async (copy, sameSpec) => {
      problems.push(...(await greenBefore(copy, sameSpec)));
    });
    for (const problem of problems) console.log(`  PROBLEM ${problem}`);
    if (problems.length > 0) return [];
    await share(copies, mutants, async (copy, mutant) => {
      const result = await hunt(copy, mutant, patchFile(mutant.name));
      hunted.push(result);
      console.log(progressOf(result, `${hunted.length}/${mutants.length}`));
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const copy of copies) copy.patched.remove();
  }
  return hunted;
}

/** Each copy takes the next piece of work when it has done its last. */
async function share<Work>(copies: readonly Copy[], all: readonly Work[], work: (copy: Copy, one: Work) => Promise<void>) {
  const queue = [...all];
  await Promise.all(
    copies.map(async (copy) => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(copy, one);
    }),
  );
}
