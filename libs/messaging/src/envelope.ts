import type { Contract } from '@waybill/contracts';
import { z } from 'zod';
import { timeOf } from './ids.js';
import { MAX_MESSAGE_BYTES } from './tuning.js';

/** CloudEvents 1.0, JSON format, structured mode: the same bytes on either broker. https://github.com/cloudevents/spec */
export const CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

const envelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.uuidv7(),
  source: z.string().min(1).max(200),
  type: z.string().min(1).max(200),
  time: z.iso.datetime(),
  partitionkey: z.string().min(1).max(200),
  sequence: z
    .string()
    .regex(/^[1-9][0-9]{0,15}$/)
    .optional(),
  traceparent: z.string().max(100).optional(),
  data: z.unknown(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** The bytes are no message: what is wrong with them, in one sentence. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decode(body: Buffer): Envelope {
  if (body.length === 0) throw new Undecodable('The body is empty.');
  if (body.length > MAX_MESSAGE_BYTES)
    throw new Undecodable(`The body has ${body.length} bytes; at most ${MAX_MESSAGE_BYTES} are allowed.`);
  if (body.includes('"__proto__"')) throw new Undecodable('The body has a key named __proto__.');
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new Undecodable(`The body is not JSON in UTF-8: ${(error as Error).message}`);
  }
  const parsed = envelopeSchema.safeParse(json);
  if (!parsed.success) throw new Undecodable(`The body is no CloudEvent: ${problems(parsed.error)}`);
  return parsed.data;
}

/** The payload, valid by its contract, or Undecodable with every problem named. */
export function payloadOf(contract: Contract, envelope: Envelope): unknown {
  const parsed = contract.schema.safeParse(envelope.data);
  if (!parsed.success) throw new Undecodable(`The data does not fit ${contract.type}: ${problems(parsed.error)}`);
  return parsed.data;
}

export interface Outgoing {
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
): Outgoing {
  const parsed = contract.schema.safeParse(payload);
  if (!parsed.success) throw new Error(`${contract.type} was not sent, its payload is invalid: ${problems(parsed.error)}`);
  const key = contract.key(parsed.data);
  const body = Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      source: `/${service}`,
      type: contract.type,
      time: timeOf(id)!.toISOString(),
      datacontenttype: 'application/json',
      partitionkey: key,
      ...(contract.kind === 'event' && { sequence: String(contract.sequence(parsed.data)) }),
      ...(traceparent && { traceparent }),
      data: parsed.data,
    }),
  );
  if (body.length > MAX_MESSAGE_BYTES) {
    throw new Error(`${contract.type} was not sent: it has ${body.length} bytes, at most ${MAX_MESSAGE_BYTES} are allowed.`);
  }
  return { id, type: contract.type, key, body };
}

function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`)
    .join('; ');
}
