import { expect, test } from '@jest/globals';
import { notificationSend, notificationSent, outgoing } from '@waybill/contracts';
import { misfits, valuesOf } from '@waybill/testing';
import fc from 'fast-check';
import { composeMail } from './compose-mail.js';

const orderId = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

test('a mail carries the same Message-ID each time it is composed', () => {
  expect(composeMail(orderId, 'confirmed')).toEqual(composeMail(orderId, 'confirmed'));
  expect(composeMail(orderId, 'confirmed').messageId).toBe(`<${orderId}.confirmed@waybill.example>`);
});

test('each outcome has a mail of its own', () => {
  const [confirmed, cancelled] = [composeMail(orderId, 'confirmed'), composeMail(orderId, 'cancelled')];
  expect(confirmed.messageId).not.toBe(cancelled.messageId);
  expect(confirmed.subject).toBe(`Your order ${orderId} is confirmed`);
  expect(cancelled.subject).toBe(`Your order ${orderId} was cancelled`);
});

test('a mail names its order in a header', () => {
  expect(composeMail(orderId, 'cancelled').headers).toEqual({ 'X-Order-Id': orderId });
});

test('that a mail was sent can be told by the contract, of any order', () => {
  fc.assert(
    fc.property(valuesOf(notificationSend.schema), ({ orderId, outcome }) => {
      const { messageId } = composeMail(orderId, outcome);
      const sent = { orderId, version: 1, outcome, messageId, sentAt: new Date().toISOString() };
      expect(misfits([outgoing(notificationSent, sent)])).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
