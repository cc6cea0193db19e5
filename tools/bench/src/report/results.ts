import type { LayerRound } from '../layers/measure-layers.ts';
import { disturbance } from '../machine/calibration.ts';
import type { AboutMachine } from '../machine/about.ts';
import type { Round } from '../measure.ts';
import type { WarmUp } from '../warm-up.ts';

export const OURS = 'Waybill';

/** Of the growth table: nothing is large. */
export const SMALL = 'small';

/** The clients of the comparison: enough for each design to be as quick as it can be. */
export const COMPARED_IN_FLIGHT = 256;
export const COMPARED = `${COMPARED_IN_FLIGHT} in flight`;

/** All that a run has measured: the file of `--json`. It is written after each part, so a part that fails takes nothing with it. */
export interface Results {
  readonly machine: AboutMachine;
  readonly quick: boolean;
  readonly warmUps: readonly WarmUp[];
  readonly rounds: readonly Round[];
  readonly layers: readonly LayerRound[];
  /** Waybill whole and with one choice switched off: `system` names what is off. */
  readonly ablation: readonly Round[];
  /** Waybill small, and with one thing large: `system` names what is large. */
  readonly growth: readonly Round[];
  readonly failures: readonly { readonly part: string; readonly reason: string }[];
}

/** What a run adds to while it measures. */
export type Collected = {
  readonly [Part in keyof Results]: Results[Part] extends readonly (infer One)[] ? One[] : Results[Part];
};

export const nothingYet = (machine: AboutMachine, quick: boolean): Collected => ({
  machine,
  quick,
  warmUps: [],
  rounds: [],
  layers: [],
  ablation: [],
  growth: [],
  failures: [],
});

/** Rounds that count, and how many of them do not. */
export interface Kept<R> {
  readonly rounds: readonly R[];
  readonly disturbed: number;
  /** Too few were left, so all of them are here: on such a machine the figures say little. */
  readonly despiteDisturbance: boolean;
}

/** Fewer rounds than half of them are no run. */
const LEAST_SHARE = 0.5;

/** Drops the rounds in which the machine was not ours, or slower than at its best. `bestSpinMs` is that of the whole run. */
export function keep<R extends { readonly othersShare: number; readonly spinMs: number }>(
  rounds: readonly R[],
  bestSpinMs: number,
): Kept<R> {
  const calm = rounds.filter((round) => disturbance(round, bestSpinMs) === undefined);
  const disturbed = rounds.length - calm.length;
  const despiteDisturbance = calm.length < LEAST_SHARE * rounds.length;
  return { rounds: despiteDisturbance ? rounds : calm, disturbed, despiteDisturbance };
}

export const bestSpin = ({ rounds, layers, ablation, growth }: Results): number =>
  Math.min(...[...rounds, ...layers, ...ablation, ...growth].map(({ spinMs }) => spinMs));

/** Several runs as one. Each part is that of the first run that has it; failures are those of all. */
export function joined(runs: readonly Results[]): Results {
  const parts = ['warmUps', 'rounds', 'layers', 'ablation', 'growth'] as const;
  const measured = parts.map((part) => [part, runs.map((run) => run[part]).find((some) => some.length > 0) ?? []] as const);
  return { ...runs[0]!, ...Object.fromEntries(measured), failures: runs.flatMap(({ failures }) => failures) };
}
