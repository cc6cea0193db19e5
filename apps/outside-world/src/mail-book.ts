import type { MailLine } from './mail-line.js';

export type ReceivedMail = Pick<MailLine, 'to' | 'subject' | 'orderId' | 'messageId'>;

/** Which mails were delivered, made from the ledger's lines alone. */
export class MailBook {
  private seq = 0;
  private readonly delivered = new Set<string>();

  constructor(lines: readonly MailLine[] = []) {
    for (const line of lines) this.take(line);
  }

  /** Delivers a mail, unless it delivered the Message-ID before. Without a Message-ID, a repetition looks like a new mail. */
  receive(mail: ReceivedMail, at: string): MailLine {
    const repeated = mail.messageId !== null && this.delivered.has(mail.messageId);
    return this.add({ at, ...mail, effect: !repeated, answered: true, outcome: repeated ? 'repeated' : 'delivered' });
  }

  /** A mail that the server turned away: it may come again. */
  turnAway(mail: ReceivedMail, at: string): MailLine {
    return this.add({ at, ...mail, effect: false, answered: true, outcome: 'refused' });
  }

  private add(line: Omit<MailLine, 'seq'>): MailLine {
    const numbered = { seq: this.seq + 1, ...line };
    this.take(numbered);
    return numbered;
  }

  private take({ seq, effect, messageId }: MailLine): void {
    this.seq = seq;
    if (effect && messageId !== null) this.delivered.add(messageId);
  }
}
