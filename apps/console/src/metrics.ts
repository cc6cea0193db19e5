import { Controller, Get, Header } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, register } from 'prom-client';

collectDefaultMetrics();

export const spansTotal = new Counter({
  name: 'console_spans_total',
  help: 'Spans by what became of them: kept, duplicate, read (a request that only reads), refused (not valid), over (their trace has too many)',
  labelNames: ['outcome'] as const,
});

export const ringBytes = new Gauge({ name: 'console_spans_bytes', help: 'Memory that the kept spans take, as it is counted' });

export const forwardedTotal = new Counter({
  name: 'console_forwarded_batches_total',
  help: 'Batches of spans by what became of them on the way to the other endpoint: forwarded, failed, dropped (too many waited)',
  labelNames: ['outcome'] as const,
});

export const streams = new Gauge({ name: 'console_streams', help: 'Pages that listen to the live stream' });

/** What the feed has brought, asked when somebody asks for the metrics. */
export function countFeed(read: () => Readonly<Record<'received' | 'lost' | 'unreadable', number>>): void {
  register.removeSingleMetric(FEED_ITEMS);
  new Counter({
    name: FEED_ITEMS,
    help: 'Items of the live feed: received, lost (their numbers are missing), unreadable (batches of another version)',
    labelNames: ['outcome'] as const,
    collect() {
      this.reset();
      for (const [outcome, items] of Object.entries(read())) this.inc({ outcome }, items);
    },
  });
}

const FEED_ITEMS = 'console_feed_items_total';

@Controller('metrics')
export class MetricsRoute {
  @Get()
  @Header('Content-Type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
