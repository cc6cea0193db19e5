import { useEffect, useMemo, useState } from 'react';
import { ask } from '../../shared/ask.ts';
import { Link } from '../../shared/Link.tsx';
import { choose, useSearch } from '../../shared/place.ts';
import type { Journey } from '../answers.ts';
import { mermaidOf } from '../journey/mermaid.ts';
import { milliseconds } from '../journey/milliseconds.ts';
import { compact, simple, timelineOf } from '../journey/timeline.ts';
import { Present, usePresenting } from '../presenting.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { savePng } from './save-png.ts';
import { PICTURE, Sequence } from './Sequence.tsx';
import { StepDetails } from './StepDetails.tsx';
import { TimeSpent } from './TimeSpent.tsx';
import { WhatServicesSay } from './WhatServicesSay.tsx';

/** Spans come a moment after what they tell of: the page looks again until nothing new can come. */
const LOOK_AGAIN_MS = 1_500;
const SETTLED_FOR_MS = 20_000;

/** One order's whole journey, over both brokers. */
export function OrderPage({ id }: { readonly id: string }) {
  const { say } = useSpeech();
  const [rests, setRests] = useState(false);
  const {
    answer: journey,
    problem,
    again,
  } = useAnswer<Journey>(`/orders/${encodeURIComponent(id)}/journey`, rests ? undefined : LOOK_AGAIN_MS);
  const timeline = useMemo(() => journey && timelineOf(journey.spans), [journey]);
  const search = useSearch();
  const chosen = search.get('step') ?? undefined;
  const few = search.get('lines') === 'few';
  const presenting = usePresenting();
  const step = timeline?.steps.find((each) => each.id === chosen);
  const status = journey?.order?.status;
  const settled = status === 'confirmed' || status === 'cancelled';
  const spans = journey?.spans.length ?? 0;
  useEffect(() => {
    if (!settled) return undefined;
    const timer = setTimeout(() => setRests(true), SETTLED_FOR_MS);
    return () => {
      clearTimeout(timer);
      setRests(false);
    };
    // A span that still comes begins the wait anew.
  }, [settled, spans]);
  if (!journey)
    return problem ? (
      <section className="card empty">
        <p>{say(problem.status === 404 ? 'order.unknown' : 'problem', { text: problem.text })}</p>
        <p>
          <Link to="/orders">{say('order.all')}</Link>
        </p>
      </section>
    ) : (
      <p className="soft">{say('loading')}</p>
    );
  if (presenting && timeline)
    return (
      <>
        <p className="bar">
          <Link to="/?present=1">{say('page.live')}</Link>
          {journey.order && <Status status={journey.order.status} />}{' '}
          <strong>{milliseconds(timeline.endMs - timeline.startMs)}</strong>
        </p>
        <Sequence
          timeline={simple(timeline)}
          narrow
          {...(chosen !== undefined && { chosen })}
          choose={(to) => choose('step', to)}
        />
      </>
    );
  return (
    <>
      <div className="bar spread">
        <p>
          <Link to="/orders">{say('order.all')}</Link> <code className="id">{journey.orderId}</code>{' '}
          {journey.order && <Status status={journey.order.status} />}
        </p>
        <div className="bar">
          {(status === 'placed' || status === 'confirmed') && <Cancel id={journey.orderId} done={again} />}
          {timeline && (
            <button type="button" aria-pressed={few} onClick={() => choose('lines', few ? undefined : 'few')}>
              {say('order.few')}
            </button>
          )}
          {timeline && <Present />}
          {timeline && <Save name={`order-${journey.orderId}`} />}
          {timeline && <Copy text={() => mermaidOf(few ? compact(timeline) : timeline)} />}
        </div>
      </div>
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      {timeline ? (
        <>
          <TimeSpent timeline={timeline} />
          <div className={step ? 'beside' : ''}>
            <Sequence
              timeline={few ? compact(timeline) : timeline}
              narrow={few}
              {...(chosen !== undefined && { chosen })}
              choose={(to) => choose('step', to)}
            />
            {step && <StepDetails step={step} steps={timeline.steps} close={() => choose('step', undefined)} />}
          </div>
          {timeline.orphans > 0 && <p className="note">{say('order.orphans', { count: timeline.orphans })}</p>}
        </>
      ) : (
        <p className="card empty">{say('order.noSpans')}</p>
      )}
      <WhatServicesSay journey={journey} />
    </>
  );
}

function Status({ status }: { readonly status: string }) {
  const { say } = useSpeech();
  const known = (['placed', 'confirmed', 'cancelling', 'cancelled'] as const).find((each) => each === status);
  return <span className={`status ${status}`}>{known ? say(`status.${known}`) : status}</span>;
}

function Cancel({ id, done }: { readonly id: string; readonly done: () => void }) {
  const { say } = useSpeech();
  const [problem, setProblem] = useState('');
  const cancel = () =>
    ask(`/console/api/orders/${id}/cancel`, { method: 'POST' })
      .then(done)
      .catch((error: Error) => setProblem(error.message));
  return (
    <>
      <button type="button" onClick={() => void cancel()}>
        {say('order.cancel')}
      </button>
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

function Copy({ text }: { readonly text: () => string }) {
  const { say } = useSpeech();
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard
      .writeText(text())
      .then(() => setSaid(say('copied')))
      .catch(() => setSaid(say('notCopied')));
  return (
    <>
      <span role="status" className="soft">
        {said}
      </span>
      <button type="button" onClick={() => void copy()}>
        {say('order.mermaid')}
      </button>
    </>
  );
}

function Save({ name }: { readonly name: string }) {
  const { say } = useSpeech();
  const [problem, setProblem] = useState('');
  const save = () => {
    const svg = document.querySelector<SVGSVGElement>(`svg#${PICTURE}`);
    if (svg) savePng(svg, name).catch(() => setProblem(say('order.notDrawn')));
  };
  return (
    <>
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
      <button type="button" onClick={save}>
        {say('order.png')}
      </button>
    </>
  );
}
