import type { LayerRound } from '../layers/measure-layers.ts';
import { disturbance } from '../machine/calibration.ts';
import type { AboutMachine } from '../machine/about.ts';
import type { Round } from '../measure.ts';

/** All that a run has measured: the file of `--json`. */
export interface Results {
  readonly machine: AboutMachine;
  readonly quick: boolean;
  readonly layers: readonly LayerRound[];
  readonly rounds: readonly Round[];
}

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

export const bestSpin = ({ rounds, layers }: Pick<Results, 'rounds' | 'layers'>): number =>
  Math.min(...[...rounds, ...layers].map(({ spinMs }) => spinMs));
