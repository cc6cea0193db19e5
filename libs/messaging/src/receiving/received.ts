import { type Contract, exchangeOf, queueOf, topicOf } from '@waybill/contracts';
import { CLOCK_TOLERANCE_MS } from '../clock.js';
import { decode, type Envelope, payloadOf } from '../envelope.js';
import { derivedId, timeOf } from '../ids.js';
import type { RawMessage } from '../message.js';
import type { Parkable } from '../parking/parking.js';

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

export type Poison = Received & { readonly what: 'poison' };

/**
 * Reads bytes once: decodes, finds the contract, validates, compares the envelope with the contract. Pure: a first delivery and
 * a retry make the same of the same bytes.
 */
export function receive(raw: RawMessage, contracts: ReadonlyMap<string, Contract>, handles: (type: string) => boolean): Received {
  let envelope: Envelope;
  try {
    envelope = decode(raw.body);
  } catch (error) {
    return poisonOf(raw, (error as Error).message);
  }
  const { id, type, partitionkey: key, traceparent } = envelope;
  const sequence = envelope.sequence === undefined ? undefined : Number(envelope.sequence);
  const { body, stream, source, ordered } = raw;
  const identified = { body, stream, source, ordered, id, type, key, traceparent, sequence };
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
  try {
    const data = payloadOf(contract, envelope);
    const lie = lieIn(envelope, contract, data, raw);
    if (lie) throw new Error(lie);
    return {
      ...identified,
      what: 'message',
      contract,
      data,
      time: new Date(envelope.time),
      sequence: contract.kind === 'event' ? contract.sequence(data) : undefined,
    };
  } catch (error) {
    // Nobody who sends by the contract can have sent this. So it is not believed whose it is: it holds back no key but its own.
    return {
      ...identified,
      key: id,
      sequence: undefined,
      what: 'poison',
      reason: `${(error as Error).message} (Its key says ${key}.)`,
    };
  }
}

/** The type of bytes that say none, or none that is believed. */
export const UNDECODABLE = 'undecodable';

/** Bytes of which nothing is believed: id and key come from the bytes themselves and where they were, so that a redelivery is known again. */
export function poisonOf(raw: RawMessage, reason: string): Poison {
  const { body, stream, source, ordered } = raw;
  // An event is redelivered from its place, and a topic that was made anew has the same places with other bytes. A command is
  // redelivered from no fixed place.
  const id = derivedId(Buffer.concat([Buffer.from(ordered ? source : stream), body]));
  return { body, stream, source, ordered, id, key: id, type: UNDECODABLE, what: 'poison', reason };
}

/** Where an envelope says other than its contract and its data, in one sentence; undefined when it does not. */
function lieIn(envelope: Envelope, contract: Contract, data: unknown, { stream, route }: RawMessage): string | undefined {
  const { type, source, partitionkey, sequence } = envelope;
  const [senders, way] =
    contract.kind === 'event'
      ? [[contract.emittedBy], topicOf(contract.emittedBy)]
      : [contract.sentBy, queueOf(contract.handledBy)];
  const sender = senders.find((service) => source === `/${service}`);
  if (!sender) return `${type} comes from ${senders.join(' or ')}, not from ${source}.`;
  if (stream !== way) return `${type} comes by ${way}, not by ${stream}.`;
  if (route && route.exchange !== exchangeOf(sender)) return `${type} of ${sender} comes by the exchange ${exchangeOf(sender)}.`;
  if (route && route.key !== type) return `It was routed as ${route.key} and says that it is ${type}.`;
  if (partitionkey !== contract.key(data)) return `The key of its data is ${contract.key(data)}.`;
  // An event may lack its sequence: it says nothing that the data does not.
  if (contract.kind === 'event' && sequence !== undefined && sequence !== String(contract.sequence(data)))
    return `Its sequence is ${sequence}, by its data ${contract.sequence(data)}.`;
  return undefined;
}

/**
 * The same message, or the poison that it is because of the time in its id: the inbox knows ids of its own days alone. For a first
 * delivery; what is parked has its inbox row, whatever its age. Right as far as `now` is: who acts on a changed verdict compares
 * clocks first.
 */
export function judgedAt(now: number, received: Received, inboxDays: number): Received {
  const sent = timeOf(received.id)?.getTime();
  if (sent === undefined || received.what === 'skip') return received;
  if (sent > now + CLOCK_TOLERANCE_MS)
    return poisonOf(received, `Its id is of ${new Date(sent).toISOString()}, which is not yet. (Its key says ${received.key}.)`);
  const ageDays = (now - sent) / 86_400_000;
  if (received.what === 'poison' || ageDays <= inboxDays) return received;
  return {
    ...received,
    what: 'poison',
    reason: `Too old to tell whether it was handled before: ${Math.floor(ageDays)} days, the inbox keeps ${inboxDays}.`,
  };
}
