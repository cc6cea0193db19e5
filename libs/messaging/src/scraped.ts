import { Gauge } from 'prom-client';

/** A reading that takes longer is left out of this answer: Prometheus itself waits for 4 s only. */
const READ_WITHIN_MS = 1_500;

/** One series: its labels, and its value. */
export type Series = readonly [labels: Readonly<Record<string, string>>, value: number];

/**
 * Figures that somebody else keeps (the database, a broker), read when Prometheus asks, so that an idle service pays
 * nothing. All gauges of one scrape share one reading. While there is none to be had they have no value at all: an old
 * figure would look like a good one.
 */
export class Scraped<T> {
  #source: (() => Promise<T>) | undefined;
  #reading: { readonly startedAt: number; ended: boolean; readonly value: Promise<T | undefined> } | undefined;

  /** A reading serves whoever asks within `keepMs`, which is below the 5 s between two scrapes. */
  constructor(private readonly keepMs: number) {}

  /** Where the figures come from. Call what it returns when they are to be had no more. */
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
    // One that hangs is waited for, and no second one is sent after it.
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
