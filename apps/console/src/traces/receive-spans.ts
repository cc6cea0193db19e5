import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ringBytes, spansTotal } from '../metrics.js';
import { Forwarder } from './forwarder.js';
import { exportRequest, readSpans, type ExportRequest } from './read-otlp.js';
import type { Span } from './span.js';
import { SpanRing } from './span-ring.js';

/** Who wants to know of each span that is kept. */
export abstract class SpanListener {
  abstract onSpan(span: Span): void;
}

/** A request that changes nothing is no part of any journey. */
const onlyReads = ({ kind, name, parentId }: Span) => kind === 'server' && parentId === undefined && /^(GET|HEAD) /.test(name);

/**
 * OTLP/HTTP with JSON. Services send here directly: no balancer leads to this address.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
@Controller('v1/traces')
export class ReceiveSpans {
  constructor(
    private readonly ring: SpanRing,
    private readonly forwarder: Forwarder,
    private readonly listener: SpanListener,
  ) {}

  @Post()
  @HttpCode(200)
  receive(@Body({ schema: exportRequest }) request: ExportRequest, @Req() { body }: { readonly body: object }) {
    const { spans, refused, reason } = readSpans(request);
    for (const span of spans) {
      // A page asks every second or two, this console's own among them, and would drive the journeys out.
      const outcome = onlyReads(span) ? 'read' : this.ring.add(span);
      spansTotal.inc({ outcome });
      if (outcome === 'kept') this.listener.onSpan(span);
    }
    spansTotal.inc({ outcome: 'refused' }, refused);
    ringBytes.set(this.ring.bytes);
    this.forwarder.forward(body);
    return refused === 0 ? {} : { partialSuccess: { rejectedSpans: String(refused), errorMessage: reason } };
  }
}
