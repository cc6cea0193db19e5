import { z } from 'zod';

/** One mail that the server received. The first eight fields are public, see `GET /ledger/mails`. */
export const mailLine = z.object({
  seq: z.int(),
  at: z.string(),
  to: z.string(),
  subject: z.string(),
  /** From the header X-Order-Id. */
  orderId: z.string().nullable(),
  messageId: z.string().nullable(),
  /** True when the mail went to its reader: false for a repeated Message-ID, which is dropped, and for a refused mail. */
  effect: z.boolean(),
  /** False when the connection was destroyed in place of the answer. */
  answered: z.boolean(),
  outcome: z.enum(['delivered', 'repeated', 'refused']),
});

export type MailLine = z.infer<typeof mailLine>;

export const PUBLIC_MAIL_FIELDS = [
  'seq',
  'at',
  'to',
  'subject',
  'orderId',
  'messageId',
  'effect',
  'answered',
] as const satisfies (keyof MailLine)[];
