import type { Status } from './index.ts';
import { printTable } from './table.ts';

export function printStatus({ services, urls }: Status): void {
  const rows = services.map(({ name, pid, state, healthy, restarts, ports }) => [
    name,
    state === 'ready' && !healthy ? 'not healthy' : state,
    pid === null ? '-' : String(pid),
    String(restarts),
    Object.entries(ports)
      .map(([port, number]) => `${port} ${number}`)
      .join(', '),
  ]);
  printTable(['NAME', 'STATE', 'PID', 'RESTARTS', 'PORTS'], rows);
  for (const { name, state, lastCrash } of services)
    if (lastCrash && (state === 'crash-looping' || state === 'restarting' || state === 'starting'))
      console.log(`${name} ended with ${lastCrash.how} at ${lastCrash.at}: ${lastCrash.error}`);
  if (services.some(({ state }) => state === 'left over'))
    console.log('The supervisor is gone: `npm run stack -- up` or `down` ends what it has left.');
  for (const [name, url] of Object.entries(urls)) console.log(`${name.padEnd(18)}${url}`);
}
