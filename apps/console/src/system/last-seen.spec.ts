import { expect, it } from '@jest/globals';
import type { Span } from '../traces/span.js';
import { LastSeen } from './last-seen.js';

const [FIRST, SECOND] = ['0199c1de-5b1a-7c3e-9d4f-0123456789ab', '0199c1de-5b1a-7c3e-9d4f-0123456789ac'];
const created = (type: string, startMs: number, order: string | undefined, more: Partial<Span> = {}): Span => ({
  traceId: 't',
  spanId: 's',
  links: [],
  name: `create ${type}`,
  kind: 'producer',
  startMs,
  endMs: startMs,
  attributes: { 'waybill.message.type': type, ...(order && { 'waybill.key': order }) },
  service: 'order',
  replica: 'order-1',
  ...more,
});

it('keeps the last message of each contract, in whatever order the spans come, and counts them', () => {
  const seen = new LastSeen();
  seen.note(created('payment.charge.v1', 2_000, SECOND));
  seen.note(created('payment.charge.v1', 1_000, FIRST));
  expect(seen.all()).toEqual([{ type: 'payment.charge.v1', at: 2_000, order: SECOND, sender: 'order-1', messages: 2 }]);
});

it('keeps nothing of what is no contract, has no key, or was not made but handled', () => {
  const seen = new LastSeen();
  for (let n = 0; n < 100; n++) seen.note(created(`made.up.v${n}`, n, FIRST));
  seen.note(created('payment.charge.v1', 1, undefined));
  seen.note(created('payment.charge.v1', 1, FIRST, { kind: 'consumer' }));
  expect(seen.all()).toEqual([]);
});
