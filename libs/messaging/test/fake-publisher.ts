import type { Lane, OutboxRow } from '../src/sending/outbox.js';
import type { Published, Publisher } from '../src/sending/relay.js';

/** A broker that says what a spec wants it to say, and remembers every claim that it was given. */
export class FakePublisher implements Publisher {
  readonly up = true;
  readonly destination = 'fake';
  readonly claims: OutboxRow[][] = [];
  readonly sent: OutboxRow[] = [];

  constructor(
    readonly lane: Lane,
    private readonly refuses: (row: OutboxRow) => boolean = () => false,
  ) {}

  async publish(rows: readonly OutboxRow[]): Promise<Published> {
    this.claims.push([...rows]);
    const refused = rows.filter(this.refuses);
    // As the real ones do: what comes after a refused row of its key is not sent.
    const confirmed = rows.filter((row) => !refused.some(({ key }) => key === row.key));
    this.sent.push(...confirmed);
    return {
      confirmed: confirmed.map(({ id }) => id),
      refused: refused.map(({ id }) => ({ id, reason: 'the spec refuses it' })),
      closed: [],
    };
  }

  onUp(): void {}
  start(): void {}
  async close(): Promise<void> {}
}
