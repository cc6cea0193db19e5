import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAR_PORTS } from '../servers/tls-ports.ts';
import type { Packet } from './capture.ts';

/** What a person could read on the wire, and nothing of it may be there. */
export interface Canary {
  readonly what: string;
  readonly isIn: (text: string) => boolean;
}

const like = (what: string, pattern: RegExp): Canary => ({ what, isIn: (text) => pattern.test(text) });

/** By its form. Every customer here has an address that can be nobody's. */
const BY_FORM: readonly Canary[] = [
  like('an e-mail address', /@example\.(?:com|org)\b|@[\w-]{1,60}\.example\b/),
  like('a token', /\beyJ[\w-]{20,2000}\.eyJ/),
  // In SMTP's a zero comes first, which is `AA` to `AP`; a server's offer, AUTH PLAIN LOGIN, is none.
  like('a password in base64', /authorization: ?basic [\w+/=]|\bAUTH PLAIN A[A-P][\w+/]{6}/i),
  like('a way to pay', /\bpm_(?:ok|declined|slow|timeout)/),
  like('an order', /"orderId"/),
  like('SQL', /\b(?:INSERT INTO|SELECT|UPDATE|DELETE FROM) ["\w]/),
];

const SHORTEST_SECRET = 20;
const LONGEST_SECRET = 128;

/** The passwords and keys of an instance, each under its name. */
export const secretsBelow = (folder: string): Canary[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, value: readFileSync(join(folder, name), 'latin1').trim() }))
    .filter(({ value }) => value.length >= SHORTEST_SECRET && value.length <= LONGEST_SECRET)
    .map(({ name, value }) => ({ what: `the secret ${name}`, isIn: (text) => text.includes(value) }));

/** What went over one port. */
export interface Heard {
  packets: number;
  bytes: number;
  readonly read: Set<string>;
}

/** Longer than what is looked for, or at least than its beginning: it may lie in two packets. */
const TAIL = 256;

/** Reads what a capture gives, as somebody would who has no key. */
export class WireReader {
  readonly heard: ReadonlyMap<string, Heard>;
  readonly #names: ReadonlyMap<number, string>;
  readonly #canaries: readonly Canary[];
  readonly #tails = new Map<string, string>();

  /** @param ports by name: `postgres.sql`, `order-1.http` */
  constructor(ports: Readonly<Record<string, number>>, secrets: readonly Canary[]) {
    this.#names = new Map(Object.entries(ports).map(([name, port]) => [port, name]));
    this.heard = new Map(Object.keys(ports).map((name) => [name, { packets: 0, bytes: 0, read: new Set<string>() }]));
    this.#canaries = [...BY_FORM, ...secrets];
  }

  readonly read = ({ from, to, data }: Packet): void => {
    const heard = this.heard.get(this.#names.get(from) ?? this.#names.get(to) ?? '');
    if (!heard) return;
    heard.packets += 1;
    heard.bytes += data.length;
    const way = `${from} ${to}`;
    const text = (this.#tails.get(way) ?? '') + data.toString('latin1');
    this.#tails.set(way, text.slice(-TAIL));
    for (const { what, isIn } of this.#canaries) if (!heard.read.has(what) && isIn(text)) heard.read.add(what);
  };

  /** What could be read where everything is encrypted: a sentence for each. */
  problems(): string[] {
    return [...this.heard].flatMap(([name, { read }]) =>
      mayBeClear(name) ? [] : [...read].map((what) => `${name}: ${what} could be read`),
    );
  }
}

/** The live feed is no TLS, and encrypted all the same. */
const ENCRYPTED_OTHERWISE = 'console.feed';

/** Why clear text may go there; undefined: it may not. The name of a replica's port has its number. */
export const mayBeClear = (name: string): string | undefined =>
  name === ENCRYPTED_OTHERWISE ? undefined : CLEAR_PORTS[name.replace(/-\d+\./, '.')];
