import { describe, expect, it } from '@jest/globals';
import { isForeign } from './same-origin.js';

const host = '127.0.0.1:8081';

describe('an act', () => {
  it('is done for a page of this origin, and for a program that is no browser', () => {
    expect(isForeign({ host })).toBe(false);
    expect(isForeign({ host, origin: 'http://127.0.0.1:8081', 'sec-fetch-site': 'same-origin' })).toBe(false);
    // Somebody has typed the address.
    expect(isForeign({ host, 'sec-fetch-site': 'none' })).toBe(false);
  });

  it.each([
    ['another site', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }],
    ['the public origin, which has another port', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-site' }],
    ['a browser that does not send Sec-Fetch-Site', { origin: 'https://elsewhere.example' }],
    ['a frame without an origin', { origin: 'null' }],
    ['a browser that says cross-site and no origin', { 'sec-fetch-site': 'cross-site' }],
    ['a host whose name only begins as ours', { origin: 'http://127.0.0.1:8081.elsewhere.example' }],
  ])('is refused for %s', (_, headers) => {
    expect(isForeign({ host, ...headers })).toBe(true);
  });
});
