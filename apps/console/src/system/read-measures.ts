import { Controller, Get, Header, Query } from '@nestjs/common';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { Prometheus, type Line } from './prometheus.js';

interface Chart {
  readonly id: string;
  readonly unit: 'per second' | 'seconds' | 'rows' | 'events' | 'bytes';
  /** A line for each query; one with a label has a line for each of its values. */
  readonly lines: readonly { readonly name?: string; readonly by?: readonly string[]; readonly query: string }[];
}

/** Eight figures that tell how the system does. The rules of infra/prometheus spell out what is not spelled out here. */
export const CHARTS: readonly Chart[] = [
  {
    id: 'throughput',
    unit: 'per second',
    lines: [
      { name: 'accepted', query: 'sum(route:http_requests:rate1m{route="/api/orders",method="POST",status="202"}) or vector(0)' },
      { name: 'settled', query: 'sum(rate(waybill_order_settled_seconds_count[1m])) or vector(0)' },
    ],
  },
  {
    id: 'request',
    unit: 'seconds',
    lines: [
      {
        name: 'p50',
        query:
          'histogram_quantile(0.5, sum by (le) (rate(waybill_http_request_seconds_bucket{route="/api/orders",method="POST"}[1m])))',
      },
      {
        name: 'p99',
        query:
          'histogram_quantile(0.99, sum by (le) (rate(waybill_http_request_seconds_bucket{route="/api/orders",method="POST"}[1m])))',
      },
    ],
  },
  {
    id: 'settled',
    unit: 'seconds',
    lines: [
      { name: 'p50', query: 'histogram_quantile(0.5, sum by (le) (rate(waybill_order_settled_seconds_bucket[1m])))' },
      { name: 'p99', query: 'histogram_quantile(0.99, sum by (le) (rate(waybill_order_settled_seconds_bucket[1m])))' },
    ],
  },
  { id: 'outbox', unit: 'rows', lines: [{ by: ['service', 'lane'], query: 'lane:outbox_rows:max' }] },
  { id: 'inbox', unit: 'per second', lines: [{ by: ['outcome'], query: 'sum by (outcome) (type:messages:rate1m)' }] },
  {
    id: 'lag',
    unit: 'events',
    lines: [
      { by: ['group'], query: 'sum by (group) (group:kafka_lag:max)' },
      { by: ['queue'], query: 'sum by (queue) (rabbitmq_detailed_queue_messages_ready{vhost="waybill",queue=~".*[.]work"})' },
    ],
  },
  {
    id: 'eventLoop',
    unit: 'seconds',
    lines: [{ by: ['service'], query: 'max by (service) (nodejs_eventloop_lag_p99_seconds{job="services"})' }],
  },
  {
    id: 'memory',
    unit: 'bytes',
    lines: [{ by: ['service'], query: 'sum by (service) (process_resident_memory_bytes{job="services"})' }],
  },
];

const POINTS = 180;
const query = z.strictObject({ minutes: z.coerce.number().int().min(1).max(240).default(15) });

export interface ChartView {
  readonly id: string;
  readonly unit: Chart['unit'];
  readonly lines: readonly { readonly name: string; readonly points: Line['points'] }[];
}

@Controller('console/api/measures')
export class ReadMeasures {
  constructor(private readonly prometheus: Prometheus) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async measures(@Query({ schema: query }) { minutes }: z.infer<typeof query>) {
    // Everybody who looks within one step sees the same points.
    const step = Math.max(5, Math.round((minutes * 60) / POINTS));
    const to = Math.floor(Date.now() / 1_000 / step) * step;
    const charts = await Promise.all(CHARTS.map((chart) => this.#draw(chart, to - minutes * 60, to, step)));
    if (charts.some((chart) => chart === undefined)) throw new Problem(502, 'Prometheus does not answer: it has the figures.');
    return { from: to - minutes * 60, to, step, charts };
  }

  async #draw({ id, unit, lines }: Chart, from: number, to: number, step: number): Promise<ChartView> {
    const drawn = await Promise.all(
      lines.map(async ({ name, by = [], query }) =>
        (await this.prometheus.range(query, from, to, step)).map(({ labels, points }) => ({
          name: name ?? by.map((label) => labels[label]).join(' '),
          // JSON has no NaN, which a quantile of nothing is.
          points: points.filter(([, value]) => Number.isFinite(value)),
        })),
      ),
    );
    return { id, unit, lines: drawn.flat() };
  }
}
