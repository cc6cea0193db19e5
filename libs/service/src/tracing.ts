import { Logger } from '@nestjs/common';
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { recordSpans, type EndedSpan, type Recorder, type TraceContext } from '@waybill/messaging';
import { Counter } from 'prom-client';
import type { ServiceConfig } from './config.js';
import { TokenBucket } from './token-bucket.js';

/** So often spans are sent. Who looks at a page of traces waits no longer for them. */
const EXPORT_MS = 1_000;
/** A span takes a kilobyte: what waits takes two megabytes at most. What comes beyond is dropped. */
const QUEUE = 2_048;
/** An endpoint that does not answer holds up a stop for no longer than this. */
const LAST_EXPORT_MS = 1_000;
/** Requests that only read take no place from those that begin an order. */
const READS = 0.1;

const spansTotal = new Counter({
  name: 'waybill_spans_total',
  help: 'Recorded spans: exported, dropped because too many waited, failed to be exported',
  labelNames: ['outcome'] as const,
});

const log = new Logger('Tracing');

/** What records the spans of this process, until it is stopped. */
export interface Tracing {
  /** Sends what waits, or gives it up after a second. */
  stop(): Promise<void>;
}

/**
 * Records spans from now on and exports them. Only a process with an endpoint loads this file, because OpenTelemetry's SDK takes
 * time to load and memory to keep. An endpoint that is away costs spans, which are counted, and nothing else.
 */
export function startTracing(
  { service, replica, tracing: { endpoint, tracesPerSecond } }: TracedProcess,
  exporter: SpanExporter = exporterTo(endpoint),
): Tracing {
  const resource = resourceFromAttributes({
    'service.namespace': 'waybill',
    'service.name': service,
    'service.instance.id': replica,
  });
  const processor = new BatchSpanProcessor({
    exporter: counted(exporter, (spans) => (waiting -= spans)),
    maxQueueSize: QUEUE,
    scheduledDelayMillis: EXPORT_MS,
  });
  // The processor does not say how many spans it holds, nor that it drops some.
  let waiting = 0;
  const [writes, reads] = [new TokenBucket(tracesPerSecond), new TokenBucket(READS * tracesPerSecond)];
  recordSpans({
    takesNew: (_kind, name) => (READ.test(name) ? reads : writes).take(performance.now()),
    ended: (span) => {
      if (waiting >= QUEUE) return spansTotal.inc({ outcome: 'dropped' });
      waiting += 1;
      processor.onEnd(toReadable(span, resource));
    },
  } satisfies Recorder);
  return {
    async stop() {
      recordSpans(undefined);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LAST_EXPORT_MS);
      });
      await Promise.race([processor.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

/** Sends spans by OTLP over HTTP. */
export const exporterTo = (endpoint: string): SpanExporter =>
  new OTLPTraceExporter({ url: new URL('v1/traces', `${endpoint}/`.replace(/(?<!\/)\/+$/, '/')).href });

type TracedProcess = Pick<ServiceConfig, 'service' | 'replica'> & {
  readonly tracing: { readonly endpoint: string; readonly tracesPerSecond: number };
};

const READ = /^(GET|HEAD|OPTIONS)\b/;

/** Counts what goes out, and says once that it does not, and once that it does again. */
function counted(exporter: SpanExporter, taken: (spans: number) => void): SpanExporter {
  let away = false;
  return {
    export(spans, done) {
      taken(spans.length);
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined || result.code !== 0;
        spansTotal.inc({ outcome: failed ? 'failed' : 'exported' }, spans.length);
        if (failed && !away) log.warn({ reason: result.error?.message }, 'spans are not taken: they are lost until this ends');
        if (!failed && away) log.log('spans are taken again');
        away = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const SCOPE = { name: 'waybill' };

/** A span in the SDK's form, which its processor and its exporters read. */
export function toReadable(span: EndedSpan, resource: Resource): ReadableSpan {
  const { name, kind, parentSpanId, links, startedAt, endedAt, failed } = span;
  const context = toContext(span);
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => context,
    ...(parentSpanId && { parentSpanContext: { ...context, spanId: parentSpanId } }),
    startTime: toHrTime(startedAt),
    endTime: toHrTime(endedAt),
    duration: toHrTime(endedAt - startedAt),
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: Object.fromEntries(Object.entries(span.attributes).filter(([, value]) => value !== undefined)) as Attributes,
    links: links.map((link) => ({ context: toContext(link) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const toContext = ({ traceId, spanId, recorded }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: recorded ? TraceFlags.SAMPLED : TraceFlags.NONE,
});

const toHrTime = (milliseconds: number): HrTime => [
  Math.floor(milliseconds / 1_000),
  Math.round((milliseconds % 1_000) * 1_000_000),
];
