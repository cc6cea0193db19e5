import { lazy, Suspense } from 'react';
import { choose, useSearch } from '../../shared/place.ts';
import type { Measures } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';

const Chart = lazy(() => import('./Chart.tsx'));
const MINUTES = [5, 15, 60] as const;
const IDS = ['throughput', 'request', 'settled', 'outbox', 'inbox', 'lag', 'eventLoop', 'memory'] as const;

export function MeasurePage() {
  const { say } = useSpeech();
  const wanted = Number(useSearch().get('minutes'));
  const minutes = MINUTES.find((each) => each === wanted) ?? 15;
  const { answer, problem } = useAnswer<Measures>(`/measures?minutes=${minutes}`, 5_000);
  return (
    <>
      <div className="bar" role="group" aria-label={say('measure.window')}>
        {MINUTES.map((each) => (
          <button key={each} type="button" aria-pressed={each === minutes} onClick={() => choose('minutes', String(each))}>
            {say('measure.minutes', { count: each })}
          </button>
        ))}
      </div>
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      {!answer && !problem && <p className="soft">{say('loading')}</p>}
      <div className="charts">
        {answer?.charts.map((chart) => {
          const id = IDS.find((each) => each === chart.id);
          return (
            <section key={chart.id} className="card">
              <h2>{id ? say(`measure.${id}`) : chart.id}</h2>
              {chart.lines.every(({ points }) => points.length === 0) ? (
                <p className="empty">{say('measure.empty')}</p>
              ) : (
                <Suspense fallback={<p className="soft">{say('loading')}</p>}>
                  <Chart unit={chart.unit} lines={chart.lines} from={answer.from} to={answer.to} step={answer.step} />
                </Suspense>
              )}
            </section>
          );
        })}
      </div>
    </>
  );
}
