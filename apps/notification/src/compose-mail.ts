export type Outcome = 'confirmed' | 'cancelled';

export interface ComposedMail {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const WORDS: Record<Outcome, { subject: string; text: string }> = {
  confirmed: { subject: 'is confirmed', text: 'Your order is paid and on its way.' },
  cancelled: { subject: 'was cancelled', text: 'Your order was cancelled. You do not pay for it.' },
};

/** The same outcome makes the same mail, in every worker and attempt: a mail server that knows its Message-ID drops repeats. */
export function composeMail(orderId: string, outcome: Outcome): ComposedMail {
  const { subject, text } = WORDS[outcome];
  return {
    messageId: `<${orderId}.${outcome}@waybill.example>`,
    subject: `Your order ${orderId} ${subject}`,
    text: `${text}\n\nOrder: ${orderId}\n`,
    headers: { 'X-Order-Id': orderId },
  };
}
