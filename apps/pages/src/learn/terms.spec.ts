import { describe, expect, it } from '@jest/globals';
import { excerpt, termsOf } from './terms.ts';

describe('what a text is found by', () => {
  it('is its words, in lower case, numbers and names of code included', () => {
    expect(termsOf('`kill -9` the Relay: lock_timeout 250 ms')).toEqual([
      'kill',
      '9',
      'the',
      'relay',
      'lock_timeout',
      '250',
      'ms',
    ]);
  });

  it('is each pair of neighbouring letters in Chinese, which has no spaces', () => {
    expect(termsOf('什么时候用 Kafka，队列')).toEqual(['什么', '么时', '时候', '候用', 'kafka', '队列']);
    expect(termsOf('钱')).toEqual(['钱']);
  });
});

describe('an excerpt', () => {
  it('is around the first term that the text has', () => {
    const text = `${'a '.repeat(200)}the inbox drops it${' b'.repeat(200)}`;
    expect(excerpt(text, ['missing', 'inbox'])).toMatch(/^… .*inbox drops it.* …$/);
    expect(excerpt('short', ['inbox'])).toBe('short');
  });
});
