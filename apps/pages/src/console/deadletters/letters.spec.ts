import { describe, expect, it } from '@jest/globals';
import { addressOf, bodyOf, type LetterInFull, orderOf, traceOf, type View, viewOf } from './letters.ts';

const letter: LetterInFull = {
  id: '12',
  state: 'dead',
  messageId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
  type: 'payment.charge.v1',
  key: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
  source: 'rabbitmq payment.work',
  attempts: 6,
  errors: [],
  likeness: '',
  firstFailedAt: null,
  lastFailedAt: null,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  waitingBehind: 0,
  body: '{"a":1}',
  bodyEncoding: 'utf8',
  behind: [],
};

describe('the address', () => {
  it.each<View>([
    { state: 'dead' },
    { state: 'waiting' },
    { state: 'dead', service: 'payment', type: 'payment.charge.v1', error: 'Error: <n> & "more"?' },
    // Waits, and has not failed so far.
    { state: 'waiting', service: 'order', type: 'payment.charged.v1', error: '', after: '50' },
    { state: 'dead', service: 'order', letter: '12' },
  ])('brings back what it was made of: %j', (view) => {
    expect(viewOf(new URL(addressOf(view), 'http://console').searchParams)).toEqual(view);
  });

  it('of another state shows what is dead', () => {
    expect(viewOf(new URLSearchParams('state=lost')).state).toBe('dead');
  });
});

describe('a message', () => {
  it('leads to its order by its key, unless that is none', () => {
    expect(orderOf(letter)).toBe(letter.key);
    expect(orderOf({ ...letter, key: '93ef3a41-f23f-818a-acfe-893bbceb9851' })).toBeUndefined();
  });

  it('leads to its trace', () => {
    expect(traceOf(letter)).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(traceOf({ ...letter, traceparent: null })).toBeUndefined();
  });

  it.each([
    ['{"a":1}', 'utf8', '{\n  "a": 1\n}'],
    ['{oops', 'utf8', '{oops'],
    ['wyg=', 'base64', 'wyg='],
  ] as const)('has a body that a person can read: %s', (body, bodyEncoding, text) => {
    expect(bodyOf({ ...letter, body, bodyEncoding })).toBe(text);
  });
});
