import { Resolver } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';

/** A container's engine answers within a millisecond. Another server of names that is silent does not hold up a start. */
const ANSWERS_WITHIN_MS = 500;

/** What a process is called that nobody has named: its host, or its container, tells it apart from others. */
export const unnamed = (service: string): string => `${service}-${hostname()}`;

/**
 * What this copy of a service is called in a container. All containers of a service have one environment, so that no variable can tell
 * it; but the engine's DNS knows the name of the container at each address, and Compose has put a number into that: the one that is
 * `waybill-order-2.waybill_app` is order-2. Undefined where no such name is known.
 */
export async function replicaByAddress(
  service: string,
  namesOf: (address: string) => Promise<readonly string[]> = askNames,
  addresses: readonly string[] = ownAddresses(),
): Promise<string | undefined> {
  const names = await Promise.all(addresses.map((address) => namesOf(address).catch(() => [])));
  for (const name of names.flat()) {
    const [, what, number] = NUMBERED.exec(name) ?? [];
    if (what === service) return `${service}-${number}`;
  }
  return undefined;
}

/** Compose puts `-` between the parts of a name, and before its version 2 `_`. */
const NUMBERED = /(?:^|[-_])([a-z]+)[-_](\d+)(?:\.|$)/;

/** `reverse` would leave out what is no name of a host: Compose's names of networks have an underscore. */
const askNames = (address: string) =>
  new Resolver({ timeout: ANSWERS_WITHIN_MS, tries: 1 }).resolvePtr(`${address.split('.').toReversed().join('.')}.in-addr.arpa`);

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );
