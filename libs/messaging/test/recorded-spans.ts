import { ATTRIBUTE } from '../src/span-names.js';
import { type EndedSpan, recordSpans, Span } from '../src/trace.js';

/** Keeps the spans of this process, and draws them as the trees that a viewer shows. */
export class RecordedSpans {
  spans: EndedSpan[] = [];
  /** Whether new traces are recorded. */
  takes = true;

  constructor() {
    recordSpans({ takesNew: () => this.takes, ended: (span) => this.spans.push(span) });
  }

  /** Runs `work` as a request does. */
  async request(work: () => Promise<unknown>): Promise<void> {
    const span = new Span('server', 'POST /things');
    await span.run(work);
    span.end(() => ({}));
  }

  /** One line a span: its name, what became of it, and the name of what it links to if that is not its parent. */
  trees(): string[] {
    const ids = new Set(this.spans.map(({ spanId }) => spanId));
    const roots = this.spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId));
    return this.#lines(roots, 0);
  }

  #lines(spans: readonly EndedSpan[], depth: number): string[] {
    return spans
      .toSorted((a, b) => a.startedAt - b.startedAt || (a.kind === 'client' ? -1 : 1))
      .flatMap((span) => [
        `${'  '.repeat(depth)}${this.#line(span, depth)}`,
        ...this.#lines(
          this.spans.filter(({ parentSpanId, traceId }) => parentSpanId === span.spanId && traceId === span.traceId),
          depth + 1,
        ),
      ]);
  }

  #line({ name, kind, attributes, failed, links, parentSpanId }: EndedSpan, depth: number): string {
    const { [ATTRIBUTE.outcome]: outcome, [ATTRIBUTE.attempt]: attempt, [ATTRIBUTE.errorType]: error } = attributes;
    const others = links.filter(({ spanId }) => spanId !== parentSpanId).map((link) => this.#nameOf(link.spanId));
    return [
      depth === 0 && parentSpanId ? 'ORPHAN ' : '',
      name,
      kind === 'consumer' ? `: ${outcome}${attempt === 1 ? '' : `, attempt ${attempt}`}` : '',
      failed ? `, ${error}` : '',
      ...others.map((other) => ` ~> ${other}`),
    ].join('');
  }

  #nameOf(id: string): string {
    return this.spans.find(({ spanId }) => spanId === id)?.name ?? 'elsewhere';
  }

  end(): void {
    recordSpans(undefined);
  }
}
