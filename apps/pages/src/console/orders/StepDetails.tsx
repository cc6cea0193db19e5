import { milliseconds } from '../journey/milliseconds.ts';
import type { Step } from '../journey/timeline.ts';
import { useSpeech } from '../speech.ts';

/** Everything that the span of a step says, and how to find its log lines. */
export function StepDetails({ step, close }: { readonly step: Step; readonly close: () => void }) {
  const { say } = useSpeech();
  const { span } = step;
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
            </code>
          </dd>
          {Object.entries(span.attributes).map(([name, value]) => (
            <Attribute key={name} name={name} value={String(value)} />
          ))}
          <dt>{say('details.logs')}</dt>
          <dd>
            <code>
              npm run stack -- logs {span.replica} | grep {span.traceId}
            </code>
          </dd>
        </dl>
      ) : (
        <p>{say('details.unseen')}</p>
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
