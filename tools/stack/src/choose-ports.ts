import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_INSTANCE, type Instance } from './instance.ts';
import { freePorts, holderOf, isFree } from './ports.ts';
import { portSetting, portsFrom, readSettings } from './settings.ts';
import { defaultPorts } from './topology.ts';

export type Ports = Record<string, number>;

/** The default instance has its stated ports; any other keeps the free ones that it found at its first start. */
export async function choosePorts(instance: Instance, needed: readonly string[]): Promise<Ports> {
  const file = instance.paths.ports;
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ports) : undefined;
  const ports = instance.name === DEFAULT_INSTANCE ? portsFrom(defaultPorts(), readSettings()) : (kept ?? (await allFree()));
  const busy = await busyOf(ports, needed);
  if (instance.name === DEFAULT_INSTANCE) refuse(ports, busy);
  else await moveAway(ports, busy);
  writeFileSync(file, JSON.stringify(ports, null, 2));
  return ports;
}

/** Gives the busy ones others. A port that another key names is free as well, while its part is down: it is no choice. */
async function moveAway(ports: Ports, busy: readonly string[]): Promise<void> {
  const named = new Set(Object.values(ports));
  const free = (await freePorts(busy.length + named.size)).filter((port) => !named.has(port));
  busy.forEach((key, index) => (ports[key] = free[index]!));
}

async function allFree(): Promise<Ports> {
  const keys = Object.keys(defaultPorts());
  const free = await freePorts(keys.length);
  return Object.fromEntries(keys.map((key, index) => [key, free[index]!]));
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
