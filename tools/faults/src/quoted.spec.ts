import { expect, it } from '@jest/globals';
import { quoted } from './quoted.ts';

it("tells which log, or which message's evidence, quotes an address of this run, and no other run's", () => {
  const texts = {
    'the log order-1.log': 'ready\nKey (email)=(kill-1a2b3c-7@example.com) already exists\nready',
    'the log order-2.log': 'kill-1a2b3c-7 has ordered\nstop-9f8e7d-1@example.com',
    'payment.charge.v2 in payment': 'Could not charge kill-1a2b3c-8@example.com',
  };
  expect(quoted(texts, 'kill-1a2b3c')).toEqual([
    "A customer's address stands in the log order-1.log: Key (email)=(kill-1a2b3c-7@example.com) already exists",
    "A customer's address stands in payment.charge.v2 in payment: Could not charge kill-1a2b3c-8@example.com",
  ]);
});
