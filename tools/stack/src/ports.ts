import { randomInt } from 'node:crypto';
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

/**
 * That many different free ports. They lie below the range from which the kernel takes the port of each outgoing connection: what is
 * free now is still free when its server starts, seconds later. `get-port` names none twice within 15 s.
 *
 * @param except ports that are spoken for, though nobody may listen on them now
 */
export function freePorts(count: number, except: ReadonlySet<number> = new Set()): Promise<number[]> {
  const below = firstOfConnections();
  return Promise.all(Array.from({ length: count }, () => getPort({ host: HOST, port: candidates(below), exclude: except })));
}

const LOWEST = 10_000;

/** Ports at random: two instances that start at the same moment do not choose the same. After them `get-port` asks the kernel. */
function candidates(below: number): number[] {
  return below > LOWEST ? Array.from({ length: 200 }, () => randomInt(LOWEST, below)) : [];
}

/** The first port that an outgoing connection may have. */
function firstOfConnections(): number {
  const [first] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/);
  return Number(first);
}

/** Who listens on a port: `nginx (process 4711)`. Another user's process shows no name without root. */
export function holderOf(port: number): string {
  const inode = listeners().find((listener) => listener.port === port)?.inode;
  if (inode === undefined) return 'a process that is just going away';
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (socketsOf(pid).includes(inode)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  }
  return "another user's process";
}

/** The ports on which these processes listen, whoever else does. */
export function listenedToBy(pids: readonly number[]): Set<number> {
  const sockets = new Set(pids.flatMap((pid) => socketsOf(String(pid))));
  return new Set(listeners().flatMap(({ port, inode }) => (sockets.has(inode) ? [port] : [])));
}

/** Every listener's port and socket inode, from the kernel's tables: column 2 is ADDRESS:PORT in hex, column 4 is 0A for LISTEN. */
const listeners = (): { readonly port: number; readonly inode: string }[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readTable(table).flatMap((line) => {
      const [, address = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === '0A' ? [{ port: Number.parseInt(address.split(':').at(-1)!, 16), inode }] : [];
    }),
  );

function readTable(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

/** The inodes of the sockets that a process has open. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => inodeOf(`/proc/${pid}/fd/${fd}`) ?? []);
  } catch {
    return [];
  }
}

function inodeOf(descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(descriptor))?.[1];
  } catch {
    return undefined; // it was closed while we were looking
  }
}
