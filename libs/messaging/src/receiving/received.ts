import { type Contract, exchangeOf, queueOf, topicOf } from '@waybill/contract-kit';
import { CLOCK_TOLERANCE_MS } from '../clock.js';
import { decode, type Envelope, payloadOf } from '../envelope.js';
import { derivedId, timeOf } from '../ids.js';
import type { RawMessage } from '../message.js';
import type { Parkable } from '../parking/parking.js';

/** What a service makes of bytes that arrived. Everything but `skip` ends in the inbox. */
export type Received = Parkable & { readonly sequence?: number | undefined } & (
    | { readonly what: 'message'; readonly contract: Contract; readonly data: unknown; readonly time: Date }
    /** It can never be handled, and is a dead letter at once. */
    | { readonly what: 'poison'; readonly reason: string }
    /** This build does not know its type or version. It waits, parked, for the upgrade. */
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
    // No sender that keeps to the contract can have sent this. So its key is not believed: it holds back no other message.
    return {
      ...identified,
      key: id,
      sequence: undefined,
      what: 'poison',
      reason: `${(error as Error).message} (Its key says ${key}.)`,
    };
  }
}

/** The type for bytes that name no type, or none that is believed. */
export const UNDECODABLE = 'undecodable';

/**
 * Makes poison of bytes of which nothing is believed. Id and key come from the bytes and from the place where they were, so
 * that a redelivery is known again.
 */
export function poisonOf(raw: RawMessage, reason: string): Poison {
  const { body, stream, source, ordered } = raw;
  // Kafka redelivers an event from its place, and a topic that was made anew has the same places with other bytes. RabbitMQ
  // redelivers a command from no fixed place.
  const id = derivedId(Buffer.concat([Buffer.from(ordered ? source : stream), body]));
  return { body, stream, source, ordered, id, key: id, type: UNDECODABLE, what: 'poison', reason };
}

/** Says in one sentence where an envelope contradicts its contract or its data. Undefined when it does not. */
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
  // An event may lack its sequence, because the data says the same.
  if (contract.kind === 'event' && sequence !== undefined && sequence !== String(contract.sequence(data)))
    return `Its sequence is ${sequence}, by its data ${contract.sequence(data)}.`;
  return undefined;
}

/**
 * Returns the same message, or the poison that it is because of the time in its id: the inbox knows only the ids of its days.
 * This judges first deliveries. A parked message has its inbox row, whatever its age. The verdict is as right as `now` is, so
 * a caller compares clocks before it acts on a changed verdict.
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
