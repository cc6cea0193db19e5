import type { Hunted } from './hunt.ts';

/** One line when a hunt has ended. */
export function progressOf({ mutant, problem, seconds }: Hunted, place: string): string {
  return `${place.padStart(7)}  ${mutant.name.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s  ${problem === undefined ? 'caught' : 'NOT CAUGHT'}`;
}

/** Every bug with the guarantee that it breaks and the test that saw it. */
export function tableOf(hunted: readonly Hunted[]): string {
  const rows = hunted
    .toSorted((a, b) => a.mutant.guarantee - b.mutant.guarantee || a.mutant.name.localeCompare(b.mutant.name))
    .map(({ mutant, caughtBy, problem, seconds }) =>
      [
        `${String(mutant.guarantee).padStart(3)}  ${mutant.bug}`,
        `       ${problem === undefined ? `"${caughtBy[0]}"` : `NOT CAUGHT: ${problem.split('\n')[0]}`}, ${seconds.toFixed(1)} s`,
      ].join('\n'),
    );
  return rows.join('\n');
}
