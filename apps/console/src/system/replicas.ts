import { lookup } from 'node:dns/promises';
import type { Watched } from '../config.js';
import type { ServiceDoor } from './service-door.js';

/** A replica that nobody has seen for so long has left: it was scaled away, and is no longer missed. */
const MISSED_FOR_MS = 120_000;
const ANSWER_WITHIN_MS = 900;

export interface Replica {
  readonly name: string;
  readonly service: string;
  readonly address: string;
  readonly up: boolean;
  /** Since when it is as it is, as far as the console has looked. */
  readonly since: number;
}

/** How the replica of a service calls itself that answers at an address. Undefined: none answers. */
export type Probe = (address: string, service: string) => Promise<string | undefined>;
/** Every address behind a name. Natively there is one, in containers there is one for each replica. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Who is there and who is not. A container that was killed leaves the DNS at once, and nothing would tell that it is missing: so
 * what has answered is missed for two minutes, unless it is back at another address.
 */
export class Replicas {
  #known = new Map<string, Replica & { readonly seenAt: number }>();

  constructor(
    private readonly watched: readonly Watched[],
    private readonly probe: Probe,
    private readonly resolve: Resolve = addressesOf,
    private readonly now: () => number = Date.now,
  ) {}

  async look(): Promise<readonly Replica[]> {
    const found = (await Promise.all(this.watched.map((entry) => this.#addresses(entry)))).flat();
    const answers = await Promise.all(found.map(({ address, service }) => this.probe(address, service)));
    const now = this.now();
    const before = this.#known;
    this.#known = new Map();
    found.forEach((entry, index) => {
      const [last, answer] = [before.get(entry.address), answers[index]];
      const name = answer ?? last?.name ?? entry.name;
      this.#note({ ...entry, name, up: answer !== undefined }, last, now);
    });
    const names = new Set([...this.#known.values()].map(({ name }) => name));
    for (const [address, last] of before)
      if (!this.#known.has(address) && !names.has(last.name) && now - last.seenAt < MISSED_FOR_MS)
        this.#note({ ...last, up: false }, last, now, last.seenAt);
    return [...this.#known.values()]
      .map(({ seenAt: _, ...replica }) => replica)
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  #note(replica: Omit<Replica, 'since'>, last: Replica | undefined, now: number, seenAt = now): void {
    const since = last?.up === replica.up ? last.since : now;
    this.#known.set(replica.address, { ...replica, since, seenAt });
  }

  async #addresses({ name, host, port }: Watched) {
    const hosts = await this.resolve(host).catch(() => []);
    const service = name.replace(/-\d+$/, '');
    return hosts.map((address) => ({
      name: hosts.length === 1 || name !== service ? name : `${name}@${address}`,
      service,
      address: `${address}:${port}`,
    }));
  }
}

export const answersThrough =
  (door: ServiceDoor): Probe =>
  async (address, service) => {
    try {
      const answer = await fetch(door.url(address, '/health/live'), {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...door.through(service),
      });
      const { replica } = (await answer.json()) as { readonly replica?: string };
      return answer.ok ? (replica ?? service) : undefined;
    } catch {
      // That is the answer: it is not there.
      return undefined;
    }
  };

const addressesOf = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, family: 4 })).map(({ address }) => address).sort();
