import { type Report, type Verdict, verdictOn } from '@waybill/kit';
import type { Round } from '../measure.ts';
import { summaryOf } from '../statistics.ts';

/** What each way to run the system came to: its rate, and what `told` says of its rounds. An order that was lost fails it. */
export function verdictOnWays(measured: readonly Round[], told: (rounds: readonly Round[]) => string, report: Report): Verdict {
  const note = [...Map.groupBy(measured, ({ load }) => load)]
    .map(([way, rounds]) => {
      const { median, lowest, highest } = summaryOf(rounds.map(({ perSecond }) => perSecond));
      return `${way}: ${Math.round(median)} orders/s (${Math.round(lowest)} to ${Math.round(highest)}), ${told(rounds)}`;
    })
    .join('; ');
  report(note);
  return verdictOn(measured, ({ lost }) => (lost > 0 ? `${lost} orders were lost` : undefined), { note, details: measured });
}
