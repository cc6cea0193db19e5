import type { OnApplicationShutdown } from '@nestjs/common';
import { Transient } from '@waybill/messaging';
import { createTransport } from 'nodemailer';
import type { ComposedMail } from './compose-mail.js';
import type { SmtpConfig } from './config.js';

/** A conversation that takes longer than this has an unknown outcome. */
const SEND_DEADLINE_MS = 10_000;

/** How long a claim must last: longer than a conversation may take, or a second worker would send the mail beside us. */
export const LEASE_MS = SEND_DEADLINE_MS + 2_000;

/** The mail server, by SMTP over a few connections that are kept open. */
export class Mailer implements OnApplicationShutdown {
  private readonly transport;

  constructor({ host, port, stepTimeoutMs }: SmtpConfig) {
    this.transport = createTransport({
      pool: true,
      maxConnections: 4,
      maxMessages: Infinity,
      host,
      port,
      connectionTimeout: stepTimeoutMs,
      greetingTimeout: stepTimeoutMs,
      socketTimeout: stepTimeoutMs,
    });
  }

  /**
   * Resolves when the server has taken the mail. Throws `Transient` when it could not be reached, did not answer, or
   * refused for now (4xx): the mail may be out or not. A refusal for good (5xx) is a plain error.
   */
  async send(to: string, { messageId, subject, text, headers }: ComposedMail): Promise<void> {
    const sending = this.transport.sendMail({ from: 'Waybill <orders@waybill.example>', to, messageId, subject, text, headers });
    await within(SEND_DEADLINE_MS, sending).catch((error: Error & { responseCode?: number }) => {
      const refusedForGood = error.responseCode !== undefined && error.responseCode >= 500;
      throw refusedForGood ? error : new Transient(`The mail server did not take the mail: ${error.message}`, { cause: error });
    });
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end after ${deadlineMs} ms`)), deadlineMs);
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
