import { Controller, Get, Header, Param } from '@nestjs/common';
import { Problem } from '../problem.js';
import type { Span } from '../traces/span.js';
import { SpanRing } from '../traces/span-ring.js';
import { Edge } from './edge.js';
import { orderIdIn } from './order-id.js';

/** What the public API says of an order. A part that could not be read is told as a problem, and the others are there. */
interface Told {
  readonly order?: unknown;
  readonly history?: unknown;
  readonly payments?: unknown;
  readonly notifications?: unknown;
}

export interface Journey extends Told {
  readonly orderId: string;
  readonly spans: readonly Span[];
  readonly problems: readonly { readonly part: string; readonly detail: string }[];
}

/** Everything that is known of one order: its spans, of all its traces, and what the services answer for it. */
@Controller('console/api/orders/:id/journey')
export class ReadJourney {
  constructor(
    private readonly ring: SpanRing,
    private readonly edge: Edge,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async journey(@Param('id') given: string): Promise<Journey> {
    const orderId = orderIdIn(given);
    const spans = this.ring.order(orderId);
    const asked = {
      order: `/api/orders/${orderId}`,
      history: `/api/orders/${orderId}/history`,
      payments: `/api/payments?orderId=${orderId}`,
      notifications: `/api/notifications?orderId=${orderId}`,
    };
    const answers = await Promise.all(Object.entries(asked).map(([part, path]) => this.#ask(part, path)));
    const told = Object.fromEntries(answers.flatMap(({ part, body }) => (body === undefined ? [] : [[part, body]])));
    if (spans.length === 0 && answers[0]?.status === 404) throw new Problem(404, `There is no order ${orderId}.`);
    const problems = answers.flatMap(({ part, detail }) => (detail === undefined ? [] : [{ part, detail }]));
    return { orderId, spans, ...told, problems };
  }

  async #ask(part: string, path: string): Promise<{ part: string; status?: number; body?: unknown; detail?: string }> {
    try {
      const { status, body } = await this.edge.get(path);
      if (status === 200) return { part, status, body };
      return { part, status, detail: String((body as { detail?: unknown } | null)?.detail ?? status) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { part, detail: error.detail };
    }
  }
}
