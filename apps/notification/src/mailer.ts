import type { OnApplicationShutdown } from '@nestjs/common';
import { ATTRIBUTE, inClientSpan, secretNow, Transient } from '@waybill/messaging';
import { createTransport } from 'nodemailer';
import type { ComposedMail } from './compose-mail.js';
import type { SmtpConfig } from './config.js';
import { refusalIn } from './mail-refused.js';

/**
 * One replica holds so many conversations with the mail server: three replicas come to 48, and Postfix takes 50 from one client.
 * No mail waits for a connection. Mails that are under way at the same time share the commits of their claims and of their ends.
 */
export const MAILS_AT_ONCE = 16;

/** A conversation that takes longer than this has an unknown outcome. */
const SEND_DEADLINE_MS = 10_000;

/** A connection that nobody uses is closed after so long. No limit for an answer: the deadline is that. */
const IDLE_MS = 20_000;

/** How long a claim lasts: longer than a conversation may take, or a second worker would send the mail beside us. */
export const LEASE_MS = SEND_DEADLINE_MS + 2_000;

/** The mail server, by SMTP over a few connections that are kept open. */
export class Mailer implements OnApplicationShutdown {
  private transport: ReturnType<typeof transportTo>;
  private password: string;

  constructor(
    private readonly smtp: Access,
    private readonly deadlineMs = SEND_DEADLINE_MS,
  ) {
    this.password = secretNow(smtp.password);
    this.transport = transportTo(smtp, this.password);
  }

  /**
   * Resolves when the server has taken the mail. Throws `MailRefused` when it said that it never will. Throws `Transient` when we
   * could not reach it, or it did not answer, or refused for now. Then the mail may be out or not. It cannot go out any more,
   * because its connection is closed.
   */
  async send(to: string, { messageId, subject, text, headers }: ComposedMail): Promise<void> {
    const mail = { from: 'Waybill <orders@waybill.example>', to, messageId, subject, text, headers };
    const signal = AbortSignal.timeout(this.deadlineMs);
    const attributes = () => ({
      [ATTRIBUTE.protocol]: 'smtp',
      [ATTRIBUTE.serverAddress]: this.smtp.host,
      [ATTRIBUTE.serverPort]: this.smtp.port,
    });
    await inClientSpan('send mail', attributes, () => this.transport.sendMail({ ...mail, signal })).catch((error: Error) => {
      if ((error as { code?: string }).code === 'EAUTH') this.signInAnew();
      const what = signal.aborted ? `no end after ${this.deadlineMs} ms` : error.message;
      throw refusalIn(error) ?? new Transient(`The mail server did not take the mail: ${what}`, { cause: error });
    });
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }

  /** The password may have been rotated: the next try shows the one of now. Conversations that go on come to their end. */
  private signInAnew(): void {
    const now = secretNow(this.smtp.password);
    if (now === this.password) return;
    const old = this.transport;
    this.password = now;
    this.transport = transportTo(this.smtp, now);
    old.close();
  }
}

type Access = SmtpConfig & { readonly startTls: boolean };

const transportTo = ({ host, port, user, startTls, stepTimeoutMs }: Access, password: string) =>
  createTransport({
    pool: true,
    maxConnections: MAILS_AT_ONCE,
    maxMessages: Infinity,
    host,
    port,
    auth: { user, pass: password },
    // A server that does not offer it gets neither a password nor a mail: a stranger in between could have hidden the offer.
    ...(startTls ? { requireTLS: true, tls: { minVersion: 'TLSv1.2' } } : { ignoreTLS: true }),
    connectionTimeout: stepTimeoutMs,
    greetingTimeout: stepTimeoutMs,
    // The answer to the text takes as long as the server does with the mail: given up sooner than at the deadline, a mail of 3 s
    // was sent again and again, and never known as sent.
    socketTimeout: IDLE_MS,
    // A connection that we give up sends nothing more, not even bytes that the kernel still holds.
    socketCloseTimeout: 0,
  });
