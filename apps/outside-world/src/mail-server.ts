import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { simpleParser } from 'mailparser';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Config } from './config.js';
import { CutOff } from './cut-off.js';
import type { FaultSwitch } from './fault-switch.js';
import type { Ledger } from './ledger.js';
import { tooLong } from './mail-address.js';
import type { MailBook, ReceivedMail } from './mail-book.js';
import type { MailLine } from './mail-line.js';
import { counted } from './metrics.js';
import { onNewPair, pairIn } from './tls.js';

const MAX_MAIL_BYTES = 64 * 1024;
/** The stop does not wait longer for a client that keeps its connections open for the next mail. */
const CLOSE_WITHIN_MS = 500;

interface Log {
  error(fields: object, text: string): void;
}

/** The mail server of all customers. It takes any mail over SMTP, writes a line into the ledger, and does not keep the text. */
export class MailServer implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly server: SMTPServer;
  private readonly sockets = new Map<number, Socket>();
  private readonly address: Config['smtp'];

  constructor(
    { smtp, tls }: Pick<Config, 'smtp' | 'tls'>,
    private readonly book: MailBook,
    private readonly ledger: Ledger<MailLine>,
    private readonly faults: FaultSwitch,
    private readonly log: Log,
  ) {
    this.address = smtp;
    this.server = new SMTPServer({
      authMethods: ['PLAIN', 'LOGIN'],
      // With encryption nobody signs in before STARTTLS, and nobody sends without having signed in. Without it a password is taken as it is.
      ...(tls ? pairIn(tls) : { allowInsecureAuth: true, disabledCommands: ['STARTTLS'] }),
      onAuth: ({ username, password }, _session, done) => {
        const { user, password: secret } = this.address;
        if (username === user && secret.is(password ?? '')) done(null, { user });
        else done(smtpError(535, '5.7.8 These credentials are not known'));
      },
      disableReverseLookup: true,
      size: MAX_MAIL_BYTES,
      closeTimeout: CLOSE_WITHIN_MS,
      onConnect: (session, done) => (this.faults.settings.mail.down ? this.cutOff(session) : done()),
      // smtp-server's own limit is one octet below that of RFC 5321, and it has none before the @.
      lenientAddressParsing: true,
      onRcptTo: ({ address }, _session, done) => {
        const problem = tooLong(address);
        done(problem === undefined ? null : smtpError(553, problem));
      },
      onData: (stream, session, done) => void this.take(stream, session, done),
    });
    if (tls) onNewPair(this.server.server, tls, (pair) => this.server.updateSecureContext(pair));
    // A client that goes away in the middle is no fault of the server.
    this.server.on('error', (error) => this.log.error({ err: error }, 'A mail connection failed.'));
    this.server.server.on('connection', (socket) => {
      const port = socket.remotePort!;
      this.sockets.set(port, socket);
      socket.once('close', () => this.sockets.delete(port));
    });
  }

  get listening(): boolean {
    return this.server.server.listening;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.server.listen(this.address.port, this.address.host);
    await once(this.server.server, 'listening');
  }

  beforeApplicationShutdown(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  onApplicationShutdown(): Promise<void> {
    return this.ledger.close();
  }

  private async take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error | null, message?: string) => void,
  ): Promise<void> {
    try {
      done(null, await counted('mail', 250, this.receive(await read(stream, session))));
    } catch (error) {
      if (error instanceof CutOff) this.cutOff(session);
      else done(error as Error);
    }
  }

  /** What the server answers: 250 with this text, or an error with its SMTP code. A refusal quotes the recipient, as they do. */
  private async receive(mail: ReceivedMail): Promise<string> {
    if (this.faults.settings.mail.down) throw new CutOff();
    const fault = this.faults.drawMail();
    if (fault.loseCall) return this.turnAway(mail, new CutOff());
    if (fault.refuse) return this.turnAway(mail, smtpError(451, `<${mail.to}>: Refused for now, try again later`));
    if (fault.reject) return this.turnAway(mail, smtpError(554, `<${mail.to}>: Refused for good, do not try again`));

    const line = this.book.receive(mail, now());
    const written = [this.ledger.append({ ...line, answered: !fault.loseAnswer })];
    if (fault.duplicate) written.push(this.ledger.append(this.book.receive(mail, now())));
    await Promise.all(written);
    await this.faults.wait(fault.slowMs);
    if (fault.loseAnswer) throw new CutOff();
    return line.effect ? 'Delivered' : 'Delivered before';
  }

  private async turnAway(mail: ReceivedMail, error: Error): Promise<never> {
    await this.ledger.append({ ...this.book.turnAway(mail, now()), answered: !(error instanceof CutOff) });
    throw error;
  }

  private cutOff({ remotePort }: SMTPServerSession): void {
    this.sockets.get(remotePort)?.destroy();
  }
}

async function read(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<ReceivedMail> {
  const { subject = '', messageId = null, headers } = await simpleParser(stream);
  if (stream.sizeExceeded) throw smtpError(552, 'The mail is too large');
  const orderId = headers.get('x-order-id');
  const to = envelope.rcptTo.map(({ address }) => address).join(', ');
  return { to, subject, messageId, orderId: typeof orderId === 'string' ? orderId : null };
}

const smtpError = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });
const now = () => new Date().toISOString();
