import { Gauge } from 'prom-client';

/** A slower reading is left out of this answer: Prometheus itself waits for 4 s only. */
const READ_WITHIN_MS = 1_500;

/** One series: its labels, and its value. */
export type Series = readonly [labels: Readonly<Record<string, string>>, value: number];

/**
 * Figures that another system keeps (the database, a broker). They are read when Prometheus asks, so that an idle service pays
 * nothing. All gauges of one scrape share one reading. Without a reading they have no value at all: an old figure would look
 * like a good one.
 */
export class Scraped<T> {
  #source: (() => Promise<T>) | undefined;
  #reading: { readonly startedAt: number; ended: boolean; readonly value: Promise<T | undefined> } | undefined;

  /** A reading serves every question within `keepMs`, which is below the 5 s between two scrapes. */
  constructor(private readonly keepMs: number) {}

  /** Says where the figures come from. The caller calls the returned function when that source ends. */
  from(source: () => Promise<T>): () => void {
    this.#source = source;
    return () => {
      if (this.#source === source) this.#source = this.#reading = undefined;
    };
  }

  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    series: (reading: T) => readonly Series[],
  ): void {
    const latest = () => this.#latest();
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      async collect() {
        const reading = await latest();
        this.reset();
        // Without labels a reset leaves a zero, which would be a figure.
        if (labelNames.length === 0) this.remove();
        if (reading !== undefined)
          for (const [labels, value] of series(reading)) this.set(labels as Record<Label, string>, value);
      },
    });
  }

  async #latest(): Promise<T | undefined> {
    if (!this.#source) return undefined;
    const old = this.#reading;
    // Scrapes wait for a reading that hangs, and send no second one after it.
    const reading = !old || (old.ended && performance.now() - old.startedAt > this.keepMs) ? this.#read(this.#source) : old;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), READ_WITHIN_MS);
    });
    return Promise.race([reading.value, late]).finally(() => clearTimeout(timer));
  }

  #read(source: () => Promise<T>) {
    const reading = {
      startedAt: performance.now(),
      ended: false,
      // Readiness and its own gauge tell that the database or the broker is away.
      value: source()
        .catch(() => undefined)
        .finally(() => (reading.ended = true)),
    };
    return (this.#reading = reading);
  }
}
