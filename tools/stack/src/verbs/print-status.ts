import { printTable } from '@waybill/kit';
import type { Overview, Status } from '../overview.ts';
import { printOverview } from './print-overview.ts';

/** What runs and where to look, and below it what does not run as it should. */
export async function printStatus(overview: Overview): Promise<void> {
  await printOverview(overview);
  const unwell = overview.services.filter(({ healthy }) => !healthy);
  if (unwell.length === 0) return;
  console.log('');
  for (const { name, state, lastCrash } of unwell) {
    const crash = lastCrash && ['crash-looping', 'restarting', 'starting'].includes(state);
    console.log(
      `${name}: ${stateOf(state)}${crash ? `; it ended with ${lastCrash.how} at ${lastCrash.at}: ${lastCrash.error}` : ''}`,
    );
  }
  if (unwell.some(({ state }) => state === 'left over'))
    console.log('The supervisor is gone: `npm run stack -- up` or `down` ends what it has left.');
}

/** Every process by itself. */
export function printProcesses({ services }: Status): void {
  const rows = services.map(({ name, pid, state, healthy, restarts, ports }) => [
    name,
    healthy ? state : stateOf(state),
    pid === null ? '-' : String(pid),
    String(restarts),
    Object.entries(ports)
      .map(([port, number]) => `${port} ${number}`)
      .join(', '),
  ]);
  printTable(['NAME', 'STATE', 'PID', 'RESTARTS', 'PORTS'], rows);
}

/** A process that is ready by what it last said, and does not answer now. */
const stateOf = (state: string) => (state === 'ready' ? 'not healthy' : state);
