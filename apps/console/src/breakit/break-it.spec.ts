import { describe, expect, it } from '@jest/globals';
import { isByNumber } from './break-it.js';

describe('the address by which a demo may be broken', () => {
  it.each(['127.0.0.1:8081', 'localhost:8081', 'localhost', '[::1]:8081', '192.168.1.7'])('is a number: %s', (host) => {
    expect(isByNumber(host)).toBe(true);
  });

  it.each([
    ['a name that somebody else can turn to this machine', 'rebound.example:8081'],
    ['a name that only begins as ours', 'localhost.example'],
    ['a name that only begins as a number', '127.0.0.1.example:8081'],
    ['nothing', undefined],
    ['no address', 'a b'],
  ])('is not %s', (_, host) => {
    expect(isByNumber(host)).toBe(false);
  });
});
