import { milliseconds } from '../journey/milliseconds.ts';
import type { Timeline } from '../journey/timeline.ts';
import { useSpeech } from '../speech.ts';

/** Waiting is hatched, working is full: the two are told apart without colours too. */
export function TimeSpent({ timeline: { startMs, endMs, waitedMs, workedMs } }: { readonly timeline: Timeline }) {
  const { say } = useSpeech();
  const parts = [
    ['services', workedMs.services],
    ['outside', workedMs.outside],
    ['outbox', waitedMs.outbox],
    ['brokers', waitedMs.brokers],
  ] as const;
  const all = parts.reduce((sum, [, ms]) => sum + ms, 0);
  return (
    <section className="spent card" aria-label={say('spent.title')}>
      <p>
        <strong>{milliseconds(endMs - startMs)}</strong> <span className="soft">{say('spent.whole')}</span>
      </p>
      <svg className="spent-bar" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
        <Hatch id="spent-hatch" />
        {
          parts.reduce<{ readonly from: number; readonly drawn: React.ReactNode[] }>(
            ({ from, drawn }, [name, ms]) => {
              const width = all > 0 ? (ms / all) * 1000 : 0;
              const bar = <rect key={name} className={`fill-${name}`} x={from} width={width} height={20} />;
              const waits = name === 'outbox' || name === 'brokers';
              const hatch = waits && <rect key={`${name}-h`} x={from} width={width} height={20} fill="url(#spent-hatch)" />;
              return { from: from + width, drawn: [...drawn, bar, hatch] };
            },
            { from: 0, drawn: [] },
          ).drawn
        }
      </svg>
      <ul className="legend">
        {parts.map(([name, ms]) => (
          <li key={name}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <rect className={`fill-${name}`} width="20" height="20" />
              {(name === 'outbox' || name === 'brokers') && <rect width="20" height="20" fill="url(#spent-hatch)" />}
            </svg>
            {say(`spent.${name}`)} <strong>{milliseconds(ms)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Lines over a colour, for what waits. */
export function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="hatch" width="3" height="7" />
      </pattern>
    </defs>
  );
}
