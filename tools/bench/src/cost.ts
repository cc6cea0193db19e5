import { verdictOn, type Report, type Verdict } from '@waybill/kit';
import { closedLoop, type Target } from './generator/load.ts';
import { measure, type Round } from './measure.ts';
import type { Servers } from './systems/servers.ts';
import { sum } from './statistics.ts';
import { waybill } from './systems/waybill.ts';

interface Limit {
  readonly inFlight: number;
  /** For each order, all three services, with the polls of the time that it took. */
  readonly statements: number;
  readonly commits: number;
}

/**
 * A third above what a busy machine of two cores came to. A batch is smaller where the machine is quick, and larger where many
 * orders wait.
 */
const LIMITS: readonly Limit[] = [
  { inFlight: 64, statements: 26, commits: 4.6 },
  { inFlight: 256, statements: 12, commits: 2 },
];

const TIMES = { warmUpMs: 2_000, measureMs: 6_000, drainMs: 60_000 };

/** Counts what PostgreSQL completes for each order, and refuses a rise. No rate is judged. */
export async function cost(servers: Servers, report: Report, signal: AbortSignal): Promise<Verdict> {
  const ours = await waybill(servers);
  try {
    await closedLoop(await ours.ready(), 64, TIMES, signal);
    const rounds: Round[] = [];
    for (const limit of LIMITS) {
      signal.throwIfAborted();
      const run = (target: Target) => closedLoop(target, limit.inFlight, TIMES, signal);
      const round = await measure(ours, { name: `${limit.inFlight} in flight`, run }, 1, servers.folder);
      report(told(round));
      rounds.push(round);
    }
    return verdictOn(rounds, (round) => problemOf(round, LIMITS[rounds.indexOf(round)]!), {
      note: rounds.map(told).join('; '),
      details: rounds,
    });
  } finally {
    await ours.end();
  }
}

function problemOf(round: Round, { statements, commits }: Limit): string | undefined {
  if (round.lost > 0) return `${round.lost} orders were lost, ${round.load}`;
  const tooMany = sum(round.statementsPerOrder) > statements || sum(round.commitsPerOrder) > commits;
  return tooMany ? `${told(round)}: at most ${statements} and ${commits}` : undefined;
}

const told = ({ load, statementsPerOrder, commitsPerOrder }: Round) =>
  `${load}: ${sum(statementsPerOrder).toFixed(1)} statements and ${sum(commitsPerOrder).toFixed(1)} commits for each order`;
