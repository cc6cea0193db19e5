import type { FaultRun, RunResult } from './types.ts';

/** A run that hit nothing proves nothing, and nor does a figure that sees nothing where something has happened for certain. */
export function emptiness(
  run: FaultRun,
  { faults, duplicates, redelivered, payments }: Pick<RunResult, 'faults' | 'duplicates' | 'redelivered' | 'payments'>,
): string[] {
  const first = faults[0];
  return [
    ...(first ? [] : ['nothing was done to the system']),
    ...(run.orders || faults.every(({ inFlight }) => inFlight > 0) ? [] : ['a fault met no order in flight']),
    ...(run.repeats === 'some' && duplicates + redelivered === 0 ? ['nothing came twice: the fault has hit nothing'] : []),
    ...(run.repeats === 'duplicates' && duplicates === 0
      ? ['no duplicate was seen where there are some for certain: is what tells of them still counted?']
      : []),
    ...(run.mustSee ?? []).filter((status) => !payments[status]).map((status) => `no payment ended as ${status}`),
  ];
}
