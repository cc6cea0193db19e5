import type { Status } from './index.ts';

export function printStatus(status: Status, json: boolean): void {
  if (json) return console.log(JSON.stringify(status, null, 2));
  const rows = status.services.map(({ name, pid, state, healthy, restarts, ports }) => [
    name,
    state === 'ready' && !healthy ? 'not healthy' : state,
    pid === null ? '-' : String(pid),
    String(restarts),
    Object.entries(ports)
      .map(([port, number]) => `${port} ${number}`)
      .join(', '),
  ]);
  for (const row of [['NAME', 'STATE', 'PID', 'RESTARTS', 'PORTS'], ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd([18, 13, 9, 10, 0][column] ?? 0))
        .join('')
        .trimEnd(),
    );
  }
  for (const [name, url] of Object.entries(status.urls)) console.log(`${name.padEnd(18)}${url}`);
}
