import { keyPairOf } from '@waybill/activity';
import { randomBytes } from 'node:crypto';
import type { BareKafka, Servers } from '../systems/servers.ts';

export const WAYS = ['ZeroMQ', 'RabbitMQ', 'Kafka'] as const;
export type Way = (typeof WAYS)[number];

/** An item of the live feed. All three carry the same. Number and time are in the places of its ids, and as long as those. */
export interface Glimpse {
  readonly orderId: string;
  readonly messageId: string;
  readonly type: string;
  readonly way: string;
}

/** Every process of this machine reads the same clock. */
export const nowNs = (): bigint => process.hrtime.bigint();

const LENGTH = 36;
export const glimpse = (n: number): Glimpse => ({
  orderId: String(n).padStart(LENGTH, '0'),
  messageId: String(nowNs()).padStart(LENGTH, '0'),
  type: 'payment.charge.v1',
  way: 'payment.work',
});

export const numberOf = ({ orderId }: Pick<Glimpse, 'orderId'>): number => Number(orderId);
export const ageMs = ({ messageId }: Pick<Glimpse, 'messageId'>): number => Number(nowNs() - BigInt(messageId)) / 1e6;

/** The order that a message belongs to, so to say: the messages of one are in order where a way keeps an order by key. */
export const KEYS = 100;
export const keyOf = (n: number): number => n % KEYS;

const [sender, receiver] = [keyPairOf(randomBytes(32)), keyPairOf(randomBytes(32))];

/** Where both sides of a comparison find each other. */
export interface Place {
  readonly name: string;
  readonly rabbitmq: Servers['rabbitmq'];
  /** With the administrator's password, who makes the topic. */
  readonly kafka: BareKafka;
  /** ZeroMQ's: the receivers listen here. Each reader of the other two has a queue, or a group, of that number. */
  readonly listen: readonly string[];
  readonly keys: { readonly sender: typeof sender; readonly receiver: typeof sender };
}

export const keys: Place['keys'] = { sender, receiver };
