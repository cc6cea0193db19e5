import type { Compared } from './compare.ts';
import type { BrokerKilled, FanOut, SenderKilled, Shared, Slow } from './trials.ts';

/** All that was asked of one way. */
export interface Asked extends Compared {
  readonly together: Shared | undefined;
  readonly late: number;
  readonly slow: Slow;
  readonly readers: FanOut;
  readonly sender: SenderKilled;
  readonly broker: BrokerKilled | undefined;
}

const whole = (n: number) => Math.round(n).toLocaleString('en');
const of = (count: number, all: number) => `${whole(count)} of ${whole(all)}`;

/** The table of docs/which-queue.md: a row for each question, a column for each way. */
export function rowsOf(all: readonly Asked[]): readonly (readonly string[])[] {
  const row = (what: string, value: (one: Asked) => string) => [what, ...all.map(value)];
  const shared = (value: (one: Shared) => string) => (one: Asked) => (one.together ? value(one.together) : 'none can share');
  const broker = (value: (one: BrokerKilled) => string) => (one: Asked) => (one.broker ? value(one.broker) : 'there is none');
  return [
    row('', ({ way }) => way),
    row('told a second, 50,000 at once', ({ toldPerSecond }) => whole(toldPerSecond)),
    row('received a second', ({ receivedPerSecond }) => whole(receivedPerSecond)),
    row('lost of them', ({ lostAtOnce, told }) => of(lostAtOnce, told)),
    row('p50 at 200 a second, ms', ({ p50Ms }) => p50Ms.toFixed(1)),
    row('p99 at 200 a second, ms', ({ p99Ms }) => p99Ms.toFixed(1)),
    row(
      'order, two workers: after a later one',
      shared((one) => of(one.ofAll, one.of)),
    ),
    row(
      'order, two workers: after a later one of its key',
      shared((one) => of(one.ofAKey, one.of)),
    ),
    row('replay: a reader that comes when all has been read gets', ({ late, slow }) => of(late, slow.of)),
    row('the receiver is killed, another one comes after 2 s: lost', ({ killed }) => of(killed.lost, killed.told)),
    row('of these, delivered twice', ({ killed }) => whole(killed.twice)),
    row('the sender is killed: lost of those that it was told are sent', ({ sender }) => of(sender.lost, sender.confirmed)),
    row('of those that were open then: came, lost', ({ sender }) => `${sender.openCame}, ${sender.openLost}`),
    row(
      'the broker is killed with all of it waiting: lost',
      broker((one) => of(one.lost, one.confirmed)),
    ),
    row(
      'until it takes messages again, s',
      broker((one) => (one.awayMs / 1_000).toFixed(1)),
    ),
    row('the receiver stands still for 3 s: lost', ({ slow }) => of(slow.lost, slow.of)),
    row('told a second meanwhile', ({ slow }) => whole(slow.toldPerSecond)),
    row('three readers of all: told a second', ({ readers }) => whole(readers.toldPerSecond)),
    row('three readers of all: received a second, each', ({ readers }) => whole(readers.eachPerSecond)),
    row('three readers of all: lost', ({ readers }) => of(readers.lost, readers.of)),
    row(
      'memory of the broker, idle, MB',
      broker((one) => whole(one.memoryMb)),
    ),
    row(
      'memory of the broker with 20,000 waiting, MB',
      broker((one) => whole(one.fullMb)),
    ),
  ];
}
