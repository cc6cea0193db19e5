import { describe, expect, it } from '@jest/globals';
import { sentenceOf } from './program.ts';

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('what a tool says of an error', () => {
  it.each([
    ['that it throws', new Error('The stack is not running.'), 'The stack is not running.'],
    ['of a connection', reset, 'read ECONNRESET'],
    ['of each address that was tried', new AggregateError([reset]), 'read ECONNRESET'],
    ['behind one of fetch', new TypeError('fetch failed', { cause: reset }), 'read ECONNRESET'],
  ])('is the sentence of the one %s', (_what, error, sentence) => {
    expect(sentenceOf(error)).toBe(sentence);
  });

  it.each([new TypeError('x is not a function'), new RangeError('Invalid array length'), 'a string', undefined])(
    'is nothing of a mistake of ours, which needs its stack: %p',
    (error) => {
      expect(sentenceOf(error)).toBeUndefined();
    },
  );
});
