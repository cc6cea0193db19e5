import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DEFAULT_INSTANCE, instances, type Instance } from './instance.ts';
import { freePorts, holderOf, isFree } from './ports.ts';
import { portSetting, portsFrom, readSettings } from './settings.ts';
import { defaultPorts } from './topology.ts';

export type Ports = Record<string, number>;

/** The default instance has its stated ports; any other keeps the free ones that it found at its first start. */
export async function choosePorts(instance: Instance, needed: readonly string[]): Promise<Ports> {
  const kept = keptPorts(instance);
  const ports =
    instance.name === DEFAULT_INSTANCE ? portsFrom(defaultPorts(), readSettings()) : (kept ?? (await allFree(instance)));
  const busy = await busyOf(ports, needed);
  if (instance.name === DEFAULT_INSTANCE) refuse(ports, busy);
  else await moveAway(instance, ports, busy);
  // Another instance that starts at this moment reads it: never a half of it.
  writeFileSync(`${instance.paths.ports}.new`, JSON.stringify(ports, null, 2));
  renameSync(`${instance.paths.ports}.new`, instance.paths.ports);
  return ports;
}

/** Gives the busy ones others. A port that another key names is free as well, while its part is down: it is no choice. */
async function moveAway(instance: Instance, ports: Ports, busy: readonly string[]): Promise<void> {
  const free = await freePorts(busy.length, new Set([...Object.values(ports), ...spokenFor(instance)]));
  busy.forEach((key, index) => (ports[key] = free[index]!));
}

async function allFree(instance: Instance): Promise<Ports> {
  const keys = Object.keys(defaultPorts());
  const free = await freePorts(keys.length, spokenFor(instance));
  return Object.fromEntries(keys.map((key, index) => [key, free[index]!]));
}

/** The ports of the other instances, which may be down, or may not listen yet: several are brought up at the same time. */
function spokenFor(instance: Instance): Set<number> {
  const others = instances().filter((other) => other.name !== instance.name);
  const theirs = others.map((other) => keptPorts(other) ?? {});
  return new Set([defaultPorts(), ...theirs].flatMap((ports) => Object.values(ports)));
}

/** Those of its last start. Undefined: it was never up. */
export function keptPorts(instance: Instance): Ports | undefined {
  const file = instance.paths.ports;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ports) : undefined;
}

async function busyOf(ports: Ports, needed: readonly string[]): Promise<string[]> {
  // A part that is new since the instance's first start has no port yet.
  const free = await Promise.all(needed.map((key) => ports[key] !== undefined && isFree(ports[key])));
  return needed.filter((_, index) => !free[index]);
}

/** Says of every busy port at once who holds it and how to take another. */
export function refuse(ports: Ports, busy: readonly string[]): void {
  if (busy.length === 0) return;
  const lines = busy.map(
    (key) =>
      `Port ${ports[key]} (${key}) is held by ${holderOf(ports[key]!)}. End it, or choose another port: ${portSetting(key)}=... in .env or in front of the command.`,
  );
  throw new Error(lines.join('\n'));
}
