import { expect, test } from '@jest/globals';
import { repeatedHeader } from './request-headers.js';

test.each([
  [
    'one that stands again, however it is written',
    ['Host', 'a', 'idempotency-key', 'x', 'IDEMPOTENCY-KEY', 'x'],
    'IDEMPOTENCY-KEY',
  ],
  [
    'none that is a list',
    ['Accept', 'a', 'Accept', 'b', 'Cookie', 'a', 'Cookie', 'b', 'X-Forwarded-For', 'a', 'X-Forwarded-For', 'b'],
    undefined,
  ],
  ['none whose value is another name', ['X-A', 'Host', 'Host', 'Host'], undefined],
  ['none among none', [], undefined],
])('of the headers of a request it finds %s', (_what, headers, repeated) => {
  expect(repeatedHeader(headers)).toBe(repeated);
});
