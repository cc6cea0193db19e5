import { portKey, units } from '../topology.ts';

/** A replica and its address, as a balancer asks it. */
export interface Replica {
  readonly name: string;
  readonly service: string;
  readonly address: string;
}

export function replicasOf(service: string, ports: Readonly<Record<string, number>>): Replica[] {
  return units(undefined, { only: [service] }).map(({ name }) => ({
    name,
    service,
    address: `127.0.0.1:${ports[portKey(name, 'http')]}`,
  }));
}

/** Browsers take it for this machine. */
export const HOST = 'waybill.localhost';

/** The one name, beside those of loopback, under which the edge answers. */
export function hostName(settings: Readonly<Record<string, string>>): string {
  const set = settings['WAYBILL_HOST'] ?? HOST;
  if (/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/.test(set)) return set;
  throw new Error(`WAYBILL_HOST=${set} is no name of a machine: give one as shop.example, without a port.`);
}

/** Far above what the demo, the benchmark and the fault runs send: all of them have one address, that of this machine. */
export const CLIENT_REQUESTS_PER_SECOND = 1000;

/** How many requests one client address may send in a second, and one token. What is more gets 429. */
export function clientRequestsPerSecond(settings: Readonly<Record<string, string>>): number {
  const name = 'WAYBILL_CLIENT_REQUESTS_PER_SECOND';
  const set = settings[name];
  if (set === undefined) return CLIENT_REQUESTS_PER_SECOND;
  if (/^[1-9]\d{0,5}$/.test(set)) return Number(set);
  throw new Error(`${name}=${set} is no limit: give a whole number from 1 to 999999.`);
}
