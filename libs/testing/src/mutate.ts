/** Random numbers from a seed: a run that found something is run again by its seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What somebody would try who knows what stands behind: JSON, zod, PostgreSQL, Kafka's keys, JavaScript's objects. */
const HOSTILE: readonly Json[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, -(2 ** 63), Number.MIN_VALUE],
  ...['', ' ', '\0', 'a\0b', '\ud800', '\udfff\ud800', '\uffff', '\u202e', '__proto__', 'constructor', 'toString', 'NaN', '1'],
  ...[
    'x'.repeat(201),
    'x'.repeat(10_000),
    '${1+1}',
    "'; DROP TABLE outbox; --",
    '../../etc/passwd',
    '00-0-0-00',
    '😀'.repeat(100),
  ],
  ...['9999-12-31T23:59:59.999Z', '-000001-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'ffffffff-ffff-7fff-bfff-ffffffffffff'],
  ...[[], [[[[[]]]]], {}, { __proto__: 1 }, { constructor: { prototype: { polluted: true } } }, { then: 'not a promise' }],
];

/** Makes of valid messages what is nearly one: a value replaced, taken away, doubled, taken from another message; or bytes changed. */
export class Mutator {
  readonly #texts: readonly string[];

  constructor(
    seeds: readonly Buffer[],
    private readonly random: () => number,
  ) {
    this.#texts = seeds.map((seed) => seed.toString());
  }

  /** @returns the bytes, and from which seed they are made. */
  next(): { readonly bytes: Buffer; readonly seed: number } {
    const seed = Math.floor(this.random() * this.#texts.length);
    const valid = this.#texts[seed]!;
    if (this.#chance(0.25)) return { bytes: this.#bytes(Buffer.from(valid)), seed };
    const message = JSON.parse(valid) as Json;
    for (let changes = 1 + Math.floor(this.random() * 3); changes > 0; changes--) this.#change(message);
    return { bytes: Buffer.from(JSON.stringify(message)), seed };
  }

  #change(message: Json): void {
    const [holder, name] = this.#place(message);
    const kind = this.random();
    if (Array.isArray(holder)) {
      if (kind < 0.2) holder.splice(Number(name), 1);
      else if (kind < 0.4) holder.push(structuredClone(holder[Number(name)] ?? null));
      else holder[Number(name)] = this.#value();
    } else if (kind < 0.15) delete holder[name];
    else if (kind < 0.3)
      Object.defineProperty(holder, String(this.#hostileName()), {
        value: this.#value(),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else holder[name] = this.#value();
  }

  /** Somewhere in it: an object or an array, and the name of one of its values. */
  #place(message: Json): [Json[] | { [name: string]: Json }, string] {
    let holder = message as { [name: string]: Json };
    for (;;) {
      const names = Object.keys(holder);
      const name = names.length === 0 ? 'new' : this.#one(names);
      const value = holder[name];
      if (typeof value !== 'object' || value === null || Object.keys(value).length === 0 || this.#chance(0.3))
        return [holder, name];
      holder = value as { [name: string]: Json };
    }
  }

  #value(): Json {
    if (this.#chance(0.6)) return structuredClone(this.#one(HOSTILE));
    const other = JSON.parse(this.#one(this.#texts)) as Json;
    const [holder, name] = this.#place(other);
    return (holder as { [name: string]: Json })[name] ?? null;
  }

  #hostileName(): string {
    return this.#one(['__proto__', 'constructor', 'prototype', 'toJSON', 'data', 'id', 'extra', '\0', '', 'x'.repeat(300)]);
  }

  #bytes(bytes: Buffer): Buffer {
    const at = Math.floor(this.random() * bytes.length);
    const kind = this.random();
    if (kind < 0.25) return bytes.subarray(0, at);
    if (kind < 0.4)
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([Math.floor(this.random() * 256)]), bytes.subarray(at)]);
    if (kind < 0.5) return Buffer.concat([bytes.subarray(0, at), bytes]);
    if (kind < 0.6) return Buffer.concat([bytes, Buffer.from(this.#one(this.#texts))]);
    const changed = Buffer.from(bytes);
    for (let flips = 1 + Math.floor(this.random() * 4); flips > 0; flips--)
      changed[Math.floor(this.random() * changed.length)] = Math.floor(this.random() * 256);
    return changed;
  }

  #chance(share: number): boolean {
    return this.random() < share;
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)]!;
  }
}
