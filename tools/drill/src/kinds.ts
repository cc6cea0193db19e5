import { createHash } from 'node:crypto';
import { noMemory, poison } from './brokers.ts';
import { lockHeld, readOnly, relayShutOut, wrongSecret } from './databases.ts';
import type { Incident, Kind } from './incident.ts';
import { answersLate, refuses } from './outside.ts';
import { replicaHung, replicaStarved } from './processes.ts';

/** The vocabulary of answers. */
export const KINDS: readonly Kind[] = [
  replicaHung,
  replicaStarved,
  lockHeld,
  relayShutOut,
  readOnly,
  wrongSecret,
  poison,
  noMemory,
  answersLate,
  refuses,
];

export const incidentAt = (kind: Kind, place: string): Incident => ({ kind: kind.name, place, ...kind.at(place) });

/** What a seed stands for, on every machine. */
export function drawn(seed: number): Incident {
  const hash = createHash('sha256').update(`a drill of Waybill: ${seed}`).digest();
  const kind = KINDS[hash.readUInt32BE(0) % KINDS.length]!;
  return incidentAt(kind, kind.places[hash.readUInt32BE(4) % kind.places.length]!);
}
