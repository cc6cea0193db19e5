import { type Contract, text } from '@waybill/contract-kit';
import { z } from 'zod';
import { messageOf } from './errors.js';
import { timeOf } from './ids.js';
import { TRACEPARENT } from './trace.js';
import { MAX_MESSAGE_BYTES } from './tuning.js';

/** CloudEvents 1.0, JSON format, structured mode: the same bytes on either broker. https://github.com/cloudevents/spec */
export const CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

/** Beyond it a UUIDv7 has no date that PostgreSQL reads. */
const END_OF_CALENDAR = Date.UTC(9999, 11, 31);

/** Every text of an envelope is one that PostgreSQL can keep: so each message that is understood can also be parked. */
const envelopeText = text(200);
const sequence = z.string().regex(/^[1-9][0-9]{0,15}$/);

const envelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  // An id has one form. PostgreSQL gives ids back in lower case, and an id that is compared with itself must be found.
  id: z
    .uuidv7()
    .toLowerCase()
    .refine((id) => (timeOf(id)?.getTime() ?? 0) < END_OF_CALENDAR, 'its time is beyond the year 9999'),
  source: envelopeText,
  type: envelopeText,
  time: z.iso.datetime(),
  partitionkey: envelopeText,
  sequence: sequence.optional(),
  // It serves only for watching: a value that is not by W3C's form counts as none.
  traceparent: z.string().regex(TRACEPARENT).optional().catch(undefined),
  data: z.unknown(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** The bytes are no message. The error says in one sentence what is wrong with them. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decode(body: Buffer): Envelope {
  if (body.length === 0) throw new Undecodable('The body is empty.');
  if (body.length > MAX_MESSAGE_BYTES)
    throw new Undecodable(`The body has ${body.length} bytes; at most ${MAX_MESSAGE_BYTES} are allowed.`);
  let json: unknown;
  try {
    json = parse(utf8.decode(body));
  } catch (error) {
    throw new Undecodable(`The body is not JSON in UTF-8: ${messageOf(error as Error)}`);
  }
  const parsed = envelopeSchema.safeParse(json);
  if (!parsed.success) throw new Undecodable(`The body is no CloudEvent: ${problems(parsed.error)}`);
  return parsed.data;
}

/** A key `__proto__` would become the prototype of every copy of the object. As a value it is a text like any other. */
function parse(json: string): unknown {
  // A key with escapes in it has a backslash and a u. All other texts are spared the walk.
  if (!/__proto__|\\u/i.test(json)) return JSON.parse(json);
  return JSON.parse(json, (key, value: unknown) => {
    if (key === '__proto__') throw new Error('it has a key named __proto__');
    return value;
  });
}

/** The payload, valid by its contract. Throws Undecodable, which names every problem. */
export function payloadOf(contract: Contract, envelope: Envelope): unknown {
  const parsed = contract.schema.safeParse(envelope.data);
  if (!parsed.success) throw new Undecodable(`The data does not fit ${contract.type}: ${problems(parsed.error)}`);
  return parsed.data;
}

export interface EncodedMessage {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
}

/** Validates a payload and puts it into its envelope. Throws with every problem named: nothing invalid is ever sent. */
export function encode(
  contract: Contract,
  payload: unknown,
  service: string,
  id: string,
  traceparent: string | undefined,
): EncodedMessage {
  const parsed = contract.schema.safeParse(payload);
  if (!parsed.success) throw new Error(`${contract.type} was not sent, its payload is invalid: ${problems(parsed.error)}`);
  const key = contract.key(parsed.data);
  const place = contract.kind === 'event' ? String(contract.sequence(parsed.data)) : undefined;
  // Its receivers would refuse the message.
  if (!envelopeText.safeParse(key).success || !sequence.optional().safeParse(place).success)
    throw new Error(
      `${contract.type} was not sent: no message can have the key ${JSON.stringify(key.slice(0, 200))} and the sequence ${place}.`,
    );
  const body = Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      source: `/${service}`,
      type: contract.type,
      time: timeOf(id)!.toISOString(),
      datacontenttype: 'application/json',
      partitionkey: key,
      ...(place && { sequence: place }),
      ...(traceparent && { traceparent }),
      data: parsed.data,
    }),
  );
  if (body.length > MAX_MESSAGE_BYTES) {
    throw new Error(`${contract.type} was not sent: it has ${body.length} bytes, at most ${MAX_MESSAGE_BYTES} are allowed.`);
  }
  return { id, type: contract.type, key, body };
}

/** The same message, as if it were sent only now, and from another place in a trace. */
export function sentAgain(body: Buffer, id: string, traceparent: string): { readonly id: string; readonly body: Buffer } {
  const envelope = JSON.parse(body.toString()) as Envelope;
  return { id, body: Buffer.from(JSON.stringify({ ...envelope, id, time: timeOf(id)!.toISOString(), traceparent })) };
}

function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`)
    .join('; ');
}
