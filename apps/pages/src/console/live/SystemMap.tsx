import '@xyflow/react/dist/base.css';
import {
  BaseEdge,
  type Edge,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { memo, useCallback, useEffect, useMemo } from 'react';
import type { ContractView, SystemState } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useFeed } from './feed.tsx';
import { mapOf, type NodeKind, SIZES } from './map.ts';
import type { Dot as Dots } from './dots.ts';
import { usePulses } from './use-pulses.ts';

interface PartData extends Record<string, unknown> {
  readonly name: string;
  readonly kind: NodeKind;
  readonly partitions: number;
  readonly state: SystemState | undefined;
}
type Shown = Node<PartData, 'part'>;
type Way = Edge<{ readonly dots: readonly Dots[]; readonly types: readonly string[] }, 'way'>;

const NO_DOTS: readonly Dots[] = [];
const nodeTypes = { part: Part };
const edgeTypes = { way: WayLine };

/** The system as its contracts make it, with what waits where and who is there. */
export default function SystemMap({ contracts }: { readonly contracts: readonly ContractView[] }) {
  const { state } = useFeed();
  const { say } = useSpeech();
  const pulses = usePulses(contracts);
  const map = useMemo(() => mapOf(contracts), [contracts]);
  const xOf = useMemo(() => new Map(map.nodes.map(({ id, x }) => [id, x])), [map]);
  const nodes = useMemo(
    () =>
      map.nodes.map(({ id, kind, x, y, partitions = 0 }): Shown => ({
        id,
        type: 'part',
        position: { x, y },
        ...SIZES[kind],
        data: { name: id, kind, partitions, state },
        draggable: false,
      })),
    [map, state],
  );
  const edges = useMemo(
    () =>
      map.edges.map(({ id, from, to, types }): Way => {
        const [source, target] = [xOf.get(from)!, xOf.get(to)!];
        const [out, into] =
          Math.abs(source - target) < CLOSE ? ['bottom', 'top'] : source > target ? ['left', 'right'] : ['right', 'left'];
        return {
          id,
          type: 'way',
          source: from,
          target: to,
          sourceHandle: `out-${out}`,
          targetHandle: `in-${into}`,
          data: { dots: pulses.get(id) ?? NO_DOTS, types },
          focusable: false,
        };
      }),
    [map, xOf, pulses],
  );
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      fitView
      fitViewOptions={FIT}
      minZoom={0.2}
      maxZoom={2.4}
      panOnDrag={false}
      zoomOnPinch={false}
      zoomOnDoubleClick={false}
      nodesConnectable={false}
      elementsSelectable={false}
      nodesFocusable={false}
      zoomOnScroll={false}
      preventScrolling={false}
      proOptions={{ hideAttribution: true }}
      aria-label={say('live.map')}
    >
      <FitAlways />
    </ReactFlow>
  );
}

const FIT = { padding: '10px' } as const;

/** The map fills its place, also when the window changes. */
function FitAlways() {
  const { fitView } = useReactFlow();
  const size = useStore(({ width, height }) => `${width} ${height}`);
  useEffect(() => void fitView(FIT), [fitView, size]);
  return null;
}

/** What stands over each other is joined from above. */
const CLOSE = 60;

/** Sides on which lines begin and end: an answer goes back on the side that it came from. */
const HANDLES = [
  ['source', 'out-right', Position.Right],
  ['source', 'out-left', Position.Left],
  ['target', 'in-left', Position.Left],
  ['target', 'in-right', Position.Right],
  ['source', 'out-bottom', Position.Bottom],
  ['target', 'in-top', Position.Top],
] as const;

function Part({ data: { name, kind, partitions, state } }: NodeProps<Shown>) {
  const { say } = useSpeech();
  const replicas = state?.replicas.filter(({ service }) => service === name) ?? [];
  return (
    <div className={`part ${kind}`}>
      {HANDLES.map(([type, id, position]) => (
        <Handle key={id} type={type} id={id} position={position} isConnectable={false} />
      ))}
      <p>
        <span className="kind">{say(`place.kind.${kind}`)}</span> <strong>{name}</strong>
      </p>
      {kind === 'service' && (
        <>
          <ul className="replicas">
            {replicas.map(({ name: replica, up }) => (
              <li key={replica} className={up ? 'up' : 'down'}>
                <span aria-hidden="true">{up ? '●' : '✕'}</span> {replica}{' '}
                <span className="unseen">{say(up ? 'up' : 'down')}</span>
              </li>
            ))}
          </ul>
          <Badges name={name} state={state} />
        </>
      )}
      {kind === 'queue' && <Waiting count={state?.queues.find(({ queue }) => queue === name)?.ready} what="badge.ready" />}
      {partitions > 0 && <Partitions count={partitions} lag={state?.partitions.filter(({ topic }) => topic === name) ?? []} />}
      {kind === 'topic' && (
        <Waiting count={sumOf(state?.lag.filter(({ topic }) => topic === name).map(({ events }) => events))} what="badge.lag" />
      )}
    </div>
  );
}

const rateOf = (perSecond: number) => (perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond));

const sumOf = (numbers: readonly number[] | undefined) =>
  numbers && numbers.length > 0 ? numbers.reduce((sum, each) => sum + each, 0) : undefined;

function Badges({ name, state }: { readonly name: string; readonly state: SystemState | undefined }) {
  const { say } = useSpeech();
  const rows = sumOf(state?.outbox.filter(({ service }) => service === name).map((lane) => lane.rows));
  const inbox = state?.inbox.find(({ service }) => service === name);
  const oldest = Math.max(
    0,
    ...(state?.outbox.filter(({ service }) => service === name).map((lane) => lane.oldestSeconds) ?? []),
  );
  const parked = (which: string) =>
    sumOf(state?.parked.filter((row) => row.service === name && row.state === which).map((row) => row.rows));
  const [waiting, dead] = [parked('waiting') ?? 0, parked('dead') ?? 0];
  return (
    <p className="badges">
      {rows !== undefined && (
        <span className={oldest > 5 ? 'badge warn' : 'badge'}>
          {say('badge.outbox', { count: rows })}
          {oldest >= 1 && ` · ${Math.round(oldest)} s`}
        </span>
      )}
      {inbox && (
        <span className={inbox.duplicatesPerSecond > 0 ? 'badge warn' : 'badge'}>
          {say('badge.inbox', { rate: rateOf(inbox.perSecond) })}
          {inbox.duplicatesPerSecond > 0 && ` · ${say('badge.doubles', { rate: rateOf(inbox.duplicatesPerSecond) })}`}
        </span>
      )}
      {waiting > 0 && <span className="badge warn">{say('badge.parked', { count: waiting })}</span>}
      {dead > 0 && <span className="badge bad">{say('badge.dead', { count: dead })}</span>}
    </p>
  );
}

/** A cell for each partition of a topic: full where a group has not read all of it. */
function Partitions({ count, lag }: { readonly count: number; readonly lag: SystemState['partitions'] }) {
  const { say } = useSpeech();
  const behind = Array.from({ length: count }, (_, index) => lag.find(({ partition }) => partition === index)?.events ?? 0);
  return (
    <span className="partitions">
      {behind.map((events, index) => (
        <span key={index} aria-hidden="true" className={events > 0 ? 'cell busy' : 'cell'} title={`${index}: ${events}`} />
      ))}
      <span className="unseen">{say('badge.partitions', { count, busy: behind.filter(Boolean).length })}</span>
    </span>
  );
}

function Waiting({ count, what }: { readonly count: number | undefined; readonly what: 'badge.ready' | 'badge.lag' }) {
  const { say } = useSpeech();
  if (count === undefined) return null;
  return <span className={count > 50 ? 'badge warn' : 'badge'}>{say(what, { count })}</span>;
}

/** An animation that comes later than its page would be over before it begins. */
const beginAfter = (animation: SVGAnimationElement | null, ms: number) => animation?.beginElementAt(ms / 1_000);

/** A dot goes along the line for each message that has just gone this way. */
function WayLine({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps<Way>) {
  const [path] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 18 });
  const dots = data?.dots ?? [];
  return (
    <>
      <BaseEdge path={path} className={dots.length > 0 ? 'way busy' : 'way'} />
      {dots.map(({ id, afterMs, many }) => (
        <Dot key={id} path={path} afterMs={afterMs} many={many} />
      ))}
      {data && data.types.length > 0 && <title>{data.types.join(', ')}</title>}
    </>
  );
}

/** It must not begin anew when the map is drawn again with another dot. */
const Dot = memo(function Dot({
  path,
  afterMs,
  many,
}: {
  readonly path: string;
  readonly afterMs: number;
  readonly many: boolean;
}) {
  const begin = useCallback((animation: SVGAnimationElement | null) => beginAfter(animation, afterMs), [afterMs]);
  return (
    <circle className="dot" r={many ? 9 : 6}>
      <animateMotion ref={begin} begin="indefinite" dur="0.8s" path={path} />
      <set ref={begin} begin="indefinite" dur="0.8s" attributeName="opacity" to="1" />
    </circle>
  );
});
