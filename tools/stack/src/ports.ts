import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import getPort from 'get-port';

const HOST = '127.0.0.1';

/** True when nobody listens on the port on loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** That many different free ports. `get-port` names none twice within 15 s. */
export const freePorts = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => getPort({ host: HOST })));

/** Who listens on a port: `nginx (process 4711)`. Another user's process shows no name without root. */
export function holderOf(port: number): string {
  const inode = listenerInode(port);
  if (inode === undefined) return 'a process that is just going away';
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (opensSocket(pid, inode)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  }
  return "another user's process";
}

/** The socket inode of the listener, from the kernel's table: column 2 is ADDRESS:PORT in hex, column 4 is 0A for LISTEN. */
function listenerInode(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readTable(table)) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(`:${hex}`) && columns[3] === '0A') return columns[9];
    }
  }
  return undefined;
}

function readTable(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

function opensSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}
