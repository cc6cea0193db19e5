import { masked, oneLine } from '@waybill/contracts';

/** The mail server will never take this mail: its recipient or the mail itself is at fault, not the moment. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** What a mail server says may be long, and may hold anything. */
const MOST_LETTERS = 300;

// RFC 3463: an address that is wrong or unknown (5.1.1 to 5.1.3, 5.1.6, 5.1.10), a mailbox that is closed (5.2.1), a message too
// large for it (5.2.3, 5.3.4), a content that cannot be taken (5.6). Not 5.7: a policy is about us as often as about the mail.
const ABOUT_THE_MAIL = /^5\.(1\.([1236]|10)|2\.[13]|3\.4|6\.\d{1,3})$/;

// RFC 5321, without an enhanced code. The answer to RCPT is about this recipient, the one to DATA about this mail.
const OF_THE_RECIPIENT = new Set([501, 550, 551, 553]);
const OF_THE_MAIL = new Set([550, 552, 554]);

/**
 * The refusal in an error of nodemailer, if it is one for good. Patience is the default. A server that greets with 554, wants
 * another sender, is full, or closes the connection says nothing about this mail: we send the mail again until it is taken.
 */
export function refusalIn(
  error: Error & { responseCode?: number; command?: string; response?: string },
): MailRefused | undefined {
  const { responseCode = 0, command, response = '' } = error;
  if (responseCode < 500) return undefined;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const codes = command === 'RCPT TO' ? OF_THE_RECIPIENT : command === 'DATA' ? OF_THE_MAIL : undefined;
  if (!codes || !(enhanced ? ABOUT_THE_MAIL.test(enhanced) : codes.has(responseCode))) return undefined;
  return new MailRefused(masked(oneLine(response)).slice(0, MOST_LETTERS).toWellFormed(), { cause: error });
}
