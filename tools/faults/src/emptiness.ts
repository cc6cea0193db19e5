import type { FaultRun, RunResult } from './types.ts';

/** A run that hit nothing proves nothing, and nor does a figure that sees nothing where something has happened for certain. */
export function emptiness(
  run: FaultRun,
  { faults, duplicates, redelivered, repeated, payments }: Omit<RunResult, 'problems'>,
): string[] {
  const first = faults[0];
  // 409 is the answer to one that met its twin, or another cancel, at work for a second: nothing of it has failed.
  const repeatedRequests = Object.entries(repeated).reduce((sum, [why, times]) => (why === '409' ? sum : sum + times), 0);
  return [
    ...(first ? [] : ['nothing was done to the system']),
    ...(run.orders || faults.every(({ inFlight }) => inFlight > 0) ? [] : ['a fault met no order in flight']),
    ...(run.repeats === 'some' && duplicates + redelivered === 0 ? ['nothing came twice: the fault has hit nothing'] : []),
    ...(run.repeats === 'duplicates' && duplicates === 0
      ? ['no duplicate was seen where there are some for certain: is what tells of them still counted?']
      : []),
    ...(run.repeats === 'none' && duplicates > 0 ? [`${duplicates} messages came twice after a clean stop`] : []),
    ...(run.mustSee ?? []).filter((status) => !payments[status]).map((status) => `no payment ended as ${status}`),
    ...(run.everyRequestAccepted && repeatedRequests > 0
      ? [`${repeatedRequests} requests had to be sent again, where each should have been accepted`]
      : []),
  ];
}
