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
import { createContext, memo, useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { ContractView, SystemState } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useFeed } from './feed.tsx';
import { mapOf, type NodeKind, SIZES } from './map.ts';
import { Movement } from './movement.ts';
import { useMovement, withoutMotion } from './use-movement.ts';

interface PartData extends Record<string, unknown> {
  readonly name: string;
  readonly kind: NodeKind;
  readonly partitions: number;
  readonly state: SystemState | undefined;
}
type Shown = Node<PartData, 'part'>;
type Way = Edge<{ readonly types: readonly string[] }, 'way'>;

/** Each line and each part of the map hears by itself whether it has changed: all else of the page stands still meanwhile. */
const MovementContext = createContext(new Movement());

const nodeTypes = { part: Part };
const edgeTypes = { way: WayLine };

/** The system as its contracts make it, with what waits where and who is there. */
export default function SystemMap({ contracts }: { readonly contracts: readonly ContractView[] }) {
  const { state } = useFeed();
  const { say } = useSpeech();
  const movement = useMovement(contracts);
  const place = useSteps(movement);
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
          data: { types },
          focusable: false,
        };
      }),
    [map, xOf],
  );
  return (
    <MovementContext value={movement}>
      <ReactFlow
        ref={place}
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
    </MovementContext>
  );
}

/** Lines that show a rate are dashed, and the dashes go on in steps: two drawings a second instead of sixty. */
const STEP_EVERY_MS = 500;
function useSteps(movement: Movement) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (withoutMotion()) return undefined;
    let step = 0;
    const timer = setInterval(() => {
      if (movement.isCrowded && !document.hidden) place.current?.style.setProperty('--step', String((step += 1)));
    }, STEP_EVERY_MS);
    return () => clearInterval(timer);
  }, [movement]);
  return place;
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
        <Kind of={kind} name={name} /> <strong>{name}</strong>
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

/** A service has the rate of its inbox. */
const RATED: ReadonlySet<NodeKind> = new Set(['balancer', 'queue', 'topic', 'outside']);

/** What kind of part it is; while there is too much for dots, how much comes in stands in that place. Its form tells the kind as well. */
function Kind({ of, name }: { readonly of: NodeKind; readonly name: string }) {
  const { say } = useSpeech();
  const { subscribe, into } = useContext(MovementContext);
  const perSecond = useSyncExternalStore(subscribe, () => into(name)) ?? 0;
  const kind = say(`place.kind.${of}`);
  if (perSecond === 0 || !RATED.has(of)) return <span className="kind">{kind}</span>;
  return (
    <span className="rate">
      <span className="unseen">{kind}</span> {say('map.rate', { rate: perSecond })}
    </span>
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

/** A dot goes along the line for each message that has just gone this way. Above what an eye follows it is as thick as its rate. */
function WayLine({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps<Way>) {
  const { subscribe, line } = useContext(MovementContext);
  const { dots, perSecond = 0 } = useSyncExternalStore(subscribe, () => line(id));
  const [path] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 18 });
  return (
    <>
      <BaseEdge
        path={path}
        className={perSecond > 0 ? 'way crowded' : dots.length > 0 ? 'way busy' : 'way'}
        {...(perSecond > 0 && { style: { strokeWidth: thicknessOf(perSecond) } })}
      />
      {dots.map(({ id: dot, afterMs, many }) => (
        <Dot key={dot} path={path} afterMs={afterMs} many={many} />
      ))}
      {data && data.types.length > 0 && <title>{data.types.join(', ')}</title>}
    </>
  );
}

/** Twice as many are a pixel more. */
const thicknessOf = (perSecond: number) => Math.min(12, 2 + Math.log2(perSecond));

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
