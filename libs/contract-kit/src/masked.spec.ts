import { describe, expect, test } from '@jest/globals';
import { masked } from './masked.js';

describe('a text from outside', () => {
  test.each([
    ['550 5.1.1 <ada.lovelace+x@mail.example.com>: unknown', '550 5.1.1 <(e-mail)>: unknown'],
    ['Key (email)=(ada@example.com) already exists.', 'Key (email)=((e-mail)) already exists.'],
    ['to ada@example.com, and bob@example.org', 'to (e-mail), and (e-mail)'],
    ['GET /x?to=ada%40example.com', 'GET /x?to=(e-mail)'],
    ['to "ada"@xn--bcher-kva.example', 'to "ada"@xn--bcher-kva.example'],
    ['card 4111111111111111 refused', 'card (card number) refused'],
    ['card 4111 1111 1111 1111 and 3782-822463-10005', 'card (card number) and (card number)'],
  ])('%s', (said, told) => expect(masked(said)).toBe(told));

  test.each([
    'insufficient funds',
    'order 01920011-1144-7419-9233-480118943111 at 1795500000000',
    'CreateMails1795500000000 of 4111111111111112 at 12:00',
    'waybill@2.0 has no address',
  ])('without either stays as it is: %s', (said) => expect(masked(said)).toBe(said));

  // In time of its own, which others on the machine do not lengthen. A pattern that goes back and forth would take hours.
  test('of a megabyte takes no time', () => {
    const before = process.cpuUsage();
    masked('a'.repeat(1_000_000));
    masked(`a@${'b'.repeat(1_000_000)}`);
    masked('1 '.repeat(500_000));
    masked('@'.repeat(1_000_000));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(10_000);
  });
});
