import {
  Histogram,
  type HistogramConfiguration,
  type LabelValues,
  openMetricsContentType,
  register,
  Registry,
} from 'prom-client';
import { currentWork, type Work } from './trace.js';

/** Holds metrics that have exemplars. Only this form of Prometheus's text has room for them. */
export const openMetrics = new Registry<typeof openMetricsContentType>();
openMetrics.setContentType(openMetricsContentType);

/**
 * A histogram of which each bucket can name a trace. prom-client lets such a one into a registry of OpenMetrics alone. But the
 * usual text can tell it as well, without the exemplars.
 */
export class HistogramWithExemplars<Label extends string> {
  readonly #histogram: Histogram<Label>;

  constructor(configuration: HistogramConfiguration<Label>) {
    this.#histogram = new Histogram({ ...configuration, enableExemplars: true, registers: [openMetrics] });
    register.registerMetric(this.#histogram);
  }

  /** Counts a value, for the work in hand if no other is given. */
  observe(labels: LabelValues<Label>, value: number, work: Work | undefined = currentWork()): void {
    // prom-client's types take the labels of an exemplar for those of the metric.
    const exemplarLabels = (work?.recorded ? { trace_id: work.traceId, span_id: work.spanId } : {}) as LabelValues<Label>;
    this.#histogram.observe({ labels, value, exemplarLabels });
  }
}
