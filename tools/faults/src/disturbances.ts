import { LONG_PAUSE_S } from '@waybill/kit';
import type { FaultRun, RunResult } from './types.ts';

/** 409 is the answer to one that met its twin, or another cancel, at work for a second: nothing of it has failed. */
export const hasFailed = (why: string): boolean => !why.startsWith('409');

/** Each request of the traffic that failed at its only try. */
export const unansweredOf = (traffic: RunResult['traffic']): string[] =>
  traffic.flatMap(({ through, failures }) => failures.map((failure) => `through ${through}: ${failure}`));

/** What a clean stop must not bring about, and what a pause of the whole machine does. */
export function disturbances(
  run: FaultRun,
  { repeated, duplicates, traffic }: Pick<RunResult, 'repeated' | 'duplicates' | 'traffic'>,
): string[] {
  const sentAgain = Object.entries(run.everyRequestAccepted ? repeated : {}).filter(([why]) => hasFailed(why));
  return [
    ...unansweredOf(traffic),
    ...sentAgain.map(([why, times]) => `${times} requests had to be sent again, where each should have been accepted: ${why}`),
    ...(run.repeats === 'none' && duplicates > 0 ? [`${duplicates} messages came twice after a clean stop`] : []),
  ];
}

/**
 * Whether a pause of the machine explains all that is wrong with a run. It tells nothing of its fault then, and is worth another
 * try. Anything else that is wrong stays wrong, on such a machine as well.
 */
export const isOfThePause = ({
  problems,
  disturbed,
  stoodStillS,
}: Pick<RunResult, 'problems' | 'disturbed' | 'stoodStillS'>): boolean =>
  problems.length > 0 && problems.length === disturbed && stoodStillS >= LONG_PAUSE_S;
