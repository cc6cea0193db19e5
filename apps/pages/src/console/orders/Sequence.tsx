import type { KeyboardEvent } from 'react';
import { milliseconds } from '../journey/milliseconds.ts';
import type { Lifeline, Step, Timeline } from '../journey/timeline.ts';
import { useSpeech } from '../speech.ts';
import { Hatch } from './TimeSpent.tsx';

const ROW = 66;
const HEAD = 82;
const TIME = 86;
const COLUMN = 136;
/** With few lines all of an order's journey fits into a projector's 1280 pixels, twelve lines of 84. */
const narrowColumn = (lines: number) => Math.min(110, Math.max(80, Math.floor(1_010 / lines)));

/** By which the picture is found that is to be saved. */
export const PICTURE = 'journey';

interface SequenceProps {
  readonly timeline: Timeline;
  readonly narrow?: boolean;
  readonly chosen?: string;
  readonly choose: (step: string) => void;
}

/** Who said what to whom, from top to bottom. Rows are steps; how long they took in truth stands in the track at the right. */
export function Sequence({ timeline, narrow = false, chosen, choose }: SequenceProps) {
  const { say } = useSpeech();
  const column = narrow ? narrowColumn(timeline.lifelines.length) : COLUMN;
  const { lifelines, steps, startMs, endMs } = timeline;
  const xOf = new Map(lifelines.map(({ id }, index) => [id, TIME + column * (index + 0.5)]));
  const trackX = TIME + column * lifelines.length + 16;
  const trackWidth = narrow ? 78 : 150;
  const width = trackX + trackWidth + 12;
  const height = HEAD + ROW * steps.length + 16;
  const whole = Math.max(endMs - startMs, 0.001);
  return (
    <>
      <div
        className={narrow ? 'sequence card scroll narrow' : 'sequence card scroll'}
        tabIndex={0}
        role="region"
        aria-label={say('sequence.title')}
      >
        <svg id={PICTURE} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group">
          <Hatch id="row-hatch" />
          <Arrowheads />
          {lifelines.map((lifeline) => (
            <Line key={lifeline.id} lifeline={lifeline} column={column} x={xOf.get(lifeline.id)!} height={height} />
          ))}
          <text className="soft" x={trackX} y={HEAD - 26}>
            {narrow ? milliseconds(whole) : say('sequence.track', { whole: milliseconds(whole) })}
          </text>
          {steps.map((step, index) => (
            <Row
              key={step.id}
              step={step}
              y={HEAD + ROW * index}
              from={xOf.get(step.from)!}
              to={xOf.get(step.to)!}
              after={step.at - startMs}
              width={width}
              chosen={step.id === chosen}
              choose={() => choose(step.id)}
              track={{
                width: trackWidth,
                x: trackX,
                start: (step.span?.startMs ?? step.at) - startMs,
                end: (step.span?.endMs ?? step.at) - startMs,
                whole,
              }}
            />
          ))}
        </svg>
      </div>
      <StepList timeline={timeline} {...(chosen !== undefined && { chosen })} choose={choose} />
    </>
  );
}

function Line({
  lifeline: { kind, label },
  x,
  column,
  height,
}: {
  readonly lifeline: Lifeline;
  readonly x: number;
  readonly column: number;
  readonly height: number;
}) {
  // `outbox (order)`: the kind stands above.
  const name = /^[^(]*\((.*)\)$/.exec(label)?.[1] ?? label;
  const { say } = useSpeech();
  return (
    <g className={`lifeline ${kind}`}>
      <line x1={x} y1={HEAD - 14} x2={x} y2={height} />
      <rect x={x - column / 2 + 3} y={4} width={column - 6} height={HEAD - 20} rx={kind === 'service' ? 10 : 2} />
      <text className="kind" x={x} y={22} textAnchor="middle">
        {say(`place.kind.${kind}`)}
      </text>
      {linesOf(name, column).map((line, index, all) => (
        <text
          key={line}
          x={x}
          y={all.length === 1 ? 44 : 37 + 17 * index}
          textAnchor="middle"
          {...(line.length * 10 > column - 12 && { textLength: column - 12, lengthAdjust: 'spacingAndGlyphs' as const })}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

/** `notification.events` needs two lines where a column is narrow. */
const linesOf = (name: string, column: number): readonly string[] =>
  column < COLUMN && name.length > 11 ? name.split(/(?=\.)|(?<=-)/) : [name];

interface RowProps {
  readonly step: Step;
  readonly y: number;
  readonly from: number;
  readonly to: number;
  readonly after: number;
  readonly width: number;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly track: {
    readonly x: number;
    readonly width: number;
    readonly start: number;
    readonly end: number;
    readonly whole: number;
  };
}

function Row({ step, y, from, to, after, width, chosen, choose, track }: RowProps) {
  const { say } = useSpeech();
  const middle = y + 30;
  const left = Math.min(from, to) + 10;
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose();
  };
  const inset = from < to ? -7 : 7;
  return (
    <g
      className={`step tone-${step.tone}${chosen ? ' chosen' : ''}`}
      role="button"
      tabIndex={0}
      aria-pressed={chosen}
      aria-label={`+${milliseconds(after)} ${step.label}, ${say(`tone.${step.tone}`)}`}
      onClick={choose}
      onKeyDown={press}
    >
      <rect className="hit" x={0} y={y} width={width} height={ROW} />
      <text className="when" x={TIME - 14} y={middle + 5} textAnchor="end">
        +{milliseconds(after)}
      </text>
      <line className="arrow" x1={from} y1={middle} x2={to + inset} y2={middle} markerEnd={`url(#head-${step.tone})`} />
      <circle className="start" cx={from} cy={middle} r={3.5} />
      <text className="label" x={left} y={middle - 9}>
        {step.label}
        {step.attempt !== undefined && ` · ${say('sequence.attempt', { count: step.attempt })}`}
        {step.outcome !== undefined && step.outcome !== 'handled' && ` · ${step.outcome}`}
        {step.tone === 'unseen' && ` · ${say('tone.unseen')}`}
      </text>
      <Pills step={step} x={left} y={middle + 7} />
      <line className="track" x1={track.x} x2={track.x + track.width} y1={middle} y2={middle} />
      <rect
        className="took"
        x={track.x + (track.start / track.whole) * track.width}
        width={Math.max(3, ((track.end - track.start) / track.whole) * track.width)}
        y={middle - 6}
        height={12}
        rx={2}
      />
    </g>
  );
}

/** How long the message waited, hatched, and how long its receiver worked, full. */
function Pills({ step: { waitedMs, workedMs }, x, y }: { readonly step: Step; readonly x: number; readonly y: number }) {
  const { say } = useSpeech();
  const waited = waitedMs === undefined ? undefined : say('sequence.waited', { time: milliseconds(waitedMs) });
  const worked = workedMs === undefined ? undefined : say('sequence.worked', { time: milliseconds(workedMs) });
  const wide = (text: string) => [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 16 : 9.3), 16);
  const offset = waited ? wide(waited) + 6 : 0;
  return (
    <>
      {waited && (
        <g className="pill waits">
          <rect x={x} y={y} width={wide(waited)} height={23} rx={4} />
          <rect x={x} y={y} width={wide(waited)} height={23} rx={4} fill="url(#row-hatch)" className="over" />
          <text x={x + 8} y={y + 17}>
            {waited}
          </text>
        </g>
      )}
      {worked && (
        <g className="pill works">
          <rect x={x + offset} y={y} width={wide(worked)} height={23} rx={4} />
          <text x={x + offset + 8} y={y + 17}>
            {worked}
          </text>
        </g>
      )}
    </>
  );
}

function Arrowheads() {
  return (
    <defs>
      {(['forward', 'compensation', 'duplicate', 'unseen'] as const).map((tone) => (
        <marker
          key={tone}
          id={`head-${tone}`}
          className={`tone-${tone}`}
          viewBox="0 0 10 10"
          refX="8"
          refY="5"
          markerWidth="9"
          markerHeight="9"
          orient="auto-start-reverse"
          markerUnits="userSpaceOnUse"
        >
          <path d={tone === 'forward' || tone === 'compensation' ? 'M0,0 L10,5 L0,10 Z' : 'M1,1 L9,5 L1,9'} />
        </marker>
      ))}
      <marker
        id="head-failure"
        className="tone-failure"
        viewBox="0 0 10 10"
        refX="8"
        refY="5"
        markerWidth="11"
        markerHeight="11"
        orient="auto"
        markerUnits="userSpaceOnUse"
      >
        <path d="M1,1 L9,9 M1,9 L9,1" />
      </marker>
    </defs>
  );
}

/** The same steps as a list: on a phone there is no room for lifelines. */
function StepList({ timeline, chosen, choose }: SequenceProps) {
  const { say } = useSpeech();
  const names = new Map(timeline.lifelines.map(({ id, label }) => [id, label]));
  return (
    <ol className="steps">
      {timeline.steps.map((step) => (
        <li key={step.id}>
          <button type="button" className={`tone-${step.tone}`} aria-pressed={step.id === chosen} onClick={() => choose(step.id)}>
            <span className="when">+{milliseconds(step.at - timeline.startMs)}</span>
            <span>
              {step.label}
              {step.outcome !== undefined && step.outcome !== 'handled' && ` · ${step.outcome}`}
            </span>
            <span className="soft">
              {names.get(step.from)} → {names.get(step.to)}
              {step.waitedMs !== undefined && ` · ${say('sequence.waited', { time: milliseconds(step.waitedMs) })}`}
              {step.workedMs !== undefined && ` · ${say('sequence.worked', { time: milliseconds(step.workedMs) })}`}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
