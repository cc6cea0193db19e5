import type { Broken, Compared, Rates } from './compare.ts';

const whole = (n: number) => Math.round(n).toLocaleString('en');
const ms = (n: number) => (n < 10 ? n.toFixed(1) : whole(n));
const failed = ({ sent, failed: none, slowestMs }: Broken) => `${none} of ${whole(sent)}, slowest ${whole(slowestMs)} ms`;
const failedOrTwice = (broken: Broken) => `${failed(broken)}, ${broken.twice} done twice`;

/** The table of docs/which-balancer.md: a row for each question, a column for each balancer. */
export function rowsOf(bare: Rates, all: readonly Compared[]): readonly (readonly string[])[] {
  const row = (what: string, value: (one: Compared) => string, without = '') => [what, without, ...all.map(value)];
  return [
    row('', ({ name }) => name, 'a replica itself'),
    row('requests a second, 64 in flight', ({ perSecond }) => whole(perSecond), whole(bare.perSecond)),
    row('processor time of a request, us', ({ cpuUs }) => whole(cpuUs)),
    row('p50 at 200 a second, ms', ({ p50Ms }) => ms(p50Ms), ms(bare.p50Ms)),
    row('p99 at 200 a second, ms', ({ p99Ms }) => ms(p99Ms), ms(bare.p99Ms)),
    row('a replica is killed: GETs that failed', ({ killedGet }) => failed(killedGet)),
    row('a replica is killed: POSTs with an Idempotency-Key that failed', ({ killedKeyed }) => failedOrTwice(killedKeyed)),
    row('a replica is killed: POSTs without one that failed', ({ killedKeyless }) => failedOrTwice(killedKeyless)),
    row('a replica hangs for 8 s: GETs that failed', ({ hung }) => failed(hung)),
    row('both are restarted in turn: POSTs without a key that failed', ({ restarted }) => failedOrTwice(restarted)),
    row('of 2,000 clients at once, answered', ({ idleAnswered }) => whole(idleAnswered)),
    row('memory with nobody there, MB', ({ memoryMb }) => ms(memoryMb)),
    row('memory of a client that is idle, kB', ({ idleKb }) => ms(idleKb)),
    row('500 clients that send a letter a second: all ended after, s', ({ slowEndedAfterMs }) => ms(slowEndedAfterMs / 1_000)),
    row('p99 of the others meanwhile, ms', ({ slowP99Ms }) => ms(slowP99Ms)),
    row('both replicas are away: status', ({ away }) => String(away.status)),
    row('both replicas are away: answered after, ms', ({ away }) => ms(away.ms)),
  ];
}
