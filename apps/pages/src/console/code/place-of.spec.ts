import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { timelineOf } from '../journey/timeline.ts';
import { CHARGED } from '../journey/told-journey.ts';
import { handlersIn } from './handlers-in.ts';
import { keyOf } from './place-of.ts';

const handlers = handlersIn(fileURLToPath(new URL('../../../../..', import.meta.url)));
const { steps } = timelineOf(CHARGED)!;

describe('each step of a journey', () => {
  it('leads to the file of the code that did it', () => {
    expect(steps.map((step) => `${step.kind}: ${handlers[keyOf(step, steps) ?? '']?.file.split('/').at(-1) ?? 'none'}`)).toEqual([
      'request: place-order.ts',
      'write: place-order.ts',
      'send: relay.ts',
      'handle: charge-payment.ts',
      'call: charge-payment.ts',
      'write: charge-payment.ts',
      'send: relay.ts',
      'handle: on-payment-charged.ts',
    ]);
  });

  it('leads nowhere when its span is not here', () => {
    const lost = timelineOf(CHARGED.filter(({ spanId }) => spanId !== 'send-charge' && spanId !== 'post'))!;
    const keys = lost.steps.map((step) => [step.kind, keyOf(step, lost.steps)]);
    expect(keys.slice(0, 2)).toEqual([
      ['write', undefined],
      ['send', undefined],
    ]);
  });
});
