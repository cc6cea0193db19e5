import { lazy, Suspense } from 'react';
import { Link } from '../../shared/Link.tsx';
import { keyOf } from '../code/place-of.ts';
import { milliseconds } from '../journey/milliseconds.ts';
import type { Step } from '../journey/timeline.ts';
import { useSpeech } from '../speech.ts';

/** The code is a file of its own: only who looks into a step loads it. */
const Code = lazy(() => import('../code/Code.tsx'));

/** Everything that the span of a step says, and how to find its log lines. */
export function StepDetails({
  step,
  steps,
  close,
}: {
  readonly step: Step;
  readonly steps: readonly Step[];
  readonly close: () => void;
}) {
  const { say } = useSpeech();
  const { span } = step;
  const key = keyOf(step, steps);
  return (
    <aside className="card details" aria-label={say('details.title')}>
      <div className="bar spread">
        <h2>{step.label}</h2>
        <button type="button" className="quiet" aria-label={say('close')} onClick={close}>
          ✕
        </button>
      </div>
      <p className={`status tone-${step.tone}`}>{say(`tone.${step.tone}`)}</p>
      {span ? (
        <dl>
          <dt>{say('details.replica')}</dt>
          <dd>{span.replica}</dd>
          <dt>{say('details.took')}</dt>
          <dd>{milliseconds(span.endMs - span.startMs)}</dd>
          {span.error !== undefined && (
            <>
              <dt>{say('details.error')}</dt>
              <dd className="bad">{span.error}</dd>
            </>
          )}
          <dt>{say('details.span')}</dt>
          <dd>
            <code>
              {span.traceId} {span.spanId}
            </code>{' '}
            <a href={`/jaeger/trace/${span.traceId}?uiFind=${span.spanId}`}>{say('details.jaeger')}</a>
          </dd>
          <dt>{say('details.logs')}</dt>
          <dd>
            <Link to={`/processes?${new URLSearchParams({ log: span.replica, find: span.traceId })}`}>
              {say('details.logsOf', { name: span.replica })}
            </Link>
          </dd>
        </dl>
      ) : (
        <p>{say('details.unseen')}</p>
      )}
      {key !== undefined && (
        <Suspense>
          <Code of={key} />
        </Suspense>
      )}
      {span && (
        <details>
          <summary>{say('details.attributes')}</summary>
          <dl>
            {Object.entries(span.attributes).map(([name, value]) => (
              <Attribute key={name} name={name} value={String(value)} />
            ))}
          </dl>
        </details>
      )}
    </aside>
  );
}

function Attribute({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>
        <code>{name}</code>
      </dt>
      <dd>{value}</dd>
    </>
  );
}
