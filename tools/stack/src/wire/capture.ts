import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// Node has no raw sockets. perl does, and is a part of every Debian and Ubuntu; tcpdump is not.
const PROGRAM = ['perl', join(import.meta.dirname, 'loopback.pl')];

export interface Packet {
  readonly from: number;
  readonly to: number;
  readonly data: Buffer;
}

/** How this user may capture: as root, or as root by sudo without a password. Undefined: not at all. */
function wayToCapture(): readonly string[] | undefined {
  const ways = [PROGRAM, ['sudo', '-n', ...PROGRAM]];
  return ways.find(([file, ...args]) => spawnSync(file!, args, { stdio: 'ignore' }).status === 0);
}

export const WHY_NOT = 'a capture of the loopback interface needs root, or sudo without a password, and perl';

/** Whether this user may capture. */
export const mayCapture = (): boolean => wayToCapture() !== undefined;

/** What goes over the loopback interface from and to some ports, as long as it goes on. */
export class Capture {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #said: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close');
  }

  /** Resolves when it captures. @throws when this user may not */
  static async start(ports: readonly number[], onPacket: (packet: Packet) => void): Promise<Capture> {
    const way = wayToCapture();
    if (!way) throw new Error(`Nothing is captured: ${WHY_NOT}.`);
    const [file, ...args] = way;
    const child = spawn(file!, [...args, ...ports.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
    const capture = new Capture(child);
    let rest: Buffer = Buffer.alloc(0);
    child.stdout.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (; rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(); rest = rest.subarray(4 + rest.readUInt32BE())) {
        const packet = packetOf(rest.subarray(4, 4 + rest.readUInt32BE()));
        if (packet.data.length > 0) onPacket(packet);
      }
    });
    const lines = createInterface({ input: child.stderr }).on('line', (line) => void capture.#said.push(line));
    await Promise.race([once(lines, 'line'), capture.#ended]);
    return capture;
  }

  /** Resolves when the last packet was given. @throws when packets are missing */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
    const last = this.#said.at(-1);
    if (last !== '0 dropped') throw new Error(`The capture is not whole: ${last ?? 'it has ended by itself'}.`);
  }
}

/** Ethernet, IPv4, TCP. */
function packetOf(frame: Buffer): Packet {
  const ip = 14;
  const tcp = ip + 4 * (frame[ip]! & 15);
  const data = tcp + 4 * (frame[tcp + 12]! >> 4);
  // A short packet is filled up on some interfaces: its own length counts.
  const end = ip + frame.readUInt16BE(ip + 2) || frame.length;
  return { from: frame.readUInt16BE(tcp), to: frame.readUInt16BE(tcp + 2), data: frame.subarray(data, Math.max(data, end)) };
}
