import type { Contract } from '@waybill/contracts';
import { decode, type Envelope, payloadOf } from './envelope.js';
import { derivedId, timeOf } from './ids.js';
import type { RawMessage } from './message.js';
import type { Parkable } from './parking.js';
import type { Tuning } from './tuning.js';

/** What a service makes of bytes that arrived. Everything but `skip` ends in the inbox. */
export type Received = Parkable & { readonly sequence?: number | undefined } & (
    | { readonly what: 'message'; readonly contract: Contract; readonly data: unknown; readonly time: Date }
    /** Can never be handled: a dead letter at once. */
    | { readonly what: 'poison'; readonly reason: string }
    /** A type or version that this build does not know: waits, parked, for the upgrade. */
    | { readonly what: 'unknown'; readonly reason: string }
    /** A known event that this service does not handle. */
    | { readonly what: 'skip' }
  );

/**
 * Reads bytes once: decodes, finds the contract, validates. Pure but for the clock. `known`: the message is in this service's
 * database, parked, which proves that it was not handled; so it may be older than the inbox remembers.
 */
export function receive(
  raw: RawMessage,
  contracts: ReadonlyMap<string, Contract>,
  handles: (type: string) => boolean,
  tuning: Tuning,
  known: 'fresh' | 'parked' = 'fresh',
): Received {
  const bytes = { body: raw.body, stream: raw.stream, source: raw.source, ordered: raw.ordered };
  let envelope: Envelope;
  try {
    envelope = decode(raw.body);
  } catch (error) {
    // No id and no key of its own: both from where it was, so that a redelivery is known again, and nothing waits behind it.
    // Commands are redelivered from no fixed place: there, the bytes are the id.
    const id = derivedId(raw.ordered ? raw.source : Buffer.concat([Buffer.from(raw.stream), raw.body]));
    return { ...bytes, what: 'poison', id, key: id, type: 'undecodable', reason: (error as Error).message };
  }
  const { id, type, partitionkey: key, traceparent } = envelope;
  const sequence = envelope.sequence === undefined ? undefined : Number(envelope.sequence);
  const identified = { ...bytes, id, type, key, traceparent, sequence };
  const contract = contracts.get(type);
  if (!contract) return { ...identified, what: 'unknown', reason: `This build knows no ${type}: it waits for the upgrade.` };
  if (!handles(type)) {
    if (raw.ordered) return { ...identified, what: 'skip' };
    return {
      ...identified,
      what: 'unknown',
      reason: `This build has no handler for the command ${type}: it waits for the upgrade.`,
    };
  }
  const ageDays = (Date.now() - timeOf(id)!.getTime()) / 86_400_000;
  if (known === 'fresh' && ageDays > tuning.inboxDays) {
    return {
      ...identified,
      what: 'poison',
      reason: `Too old to tell whether it was handled before: ${Math.floor(ageDays)} days, the inbox keeps ${tuning.inboxDays}.`,
    };
  }
  try {
    const data = payloadOf(contract, envelope);
    return { ...identified, what: 'message', contract, data, time: new Date(envelope.time) };
  } catch (error) {
    return { ...identified, what: 'poison', reason: (error as Error).message };
  }
}
