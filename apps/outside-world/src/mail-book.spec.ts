import { describe, expect, it } from '@jest/globals';
import { MailBook } from './mail-book.js';

const AT = '2026-11-24T08:00:00.000Z';
const mail = {
  to: 'ada@example.com',
  subject: 'Your order',
  orderId: 'order-1',
  messageId: '<order-1.confirmed@waybill.example>',
};

describe('a mail', () => {
  it('is delivered once: a repeated Message-ID is dropped, also after a restart', () => {
    const book = new MailBook();
    const first = book.receive(mail, AT);
    expect(first).toMatchObject({ seq: 1, effect: true, outcome: 'delivered' });
    expect(book.receive(mail, AT)).toMatchObject({ seq: 2, effect: false, outcome: 'repeated' });
    expect(new MailBook([first]).receive(mail, AT)).toMatchObject({ seq: 2, effect: false, outcome: 'repeated' });
  });

  it('that was turned away is delivered when it comes again', () => {
    const book = new MailBook();
    expect(book.turnAway(mail, AT)).toMatchObject({ effect: false, outcome: 'refused' });
    expect(book.receive(mail, AT)).toMatchObject({ effect: true, outcome: 'delivered' });
  });

  it('without a Message-ID is never taken for a repetition', () => {
    const book = new MailBook();
    const nameless = { ...mail, messageId: null };
    expect(book.receive(nameless, AT).effect).toBe(true);
    expect(book.receive(nameless, AT).effect).toBe(true);
  });
});
