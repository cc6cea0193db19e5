import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const JSON_BODY = { 'content-type': 'application/json' };
const [KEY, PASSWORD, TOKEN] = ['key', 'password', 'token'].map((name) => `the ${name} of a spec, and long enough`);
export const CLIENT = { authorization: `Bearer ${KEY}` };
export const OPERATOR = { authorization: `Bearer ${TOKEN}` };
/** AUTH PLAIN, RFC 4616. */
const signIn = (user: string, password: string) => `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
const SIGN_IN = signIn('notification', PASSWORD!);
export const WRONG_SIGN_IN = signIn('notification', 'a guess');

/** For specs: the real process on free ports, with its ledgers in a folder that outlives it. */
export class OutsideWorldProcess {
  readonly dir = mkdtempSync(join(tmpdir(), 'outside-world-'));
  private child!: ChildProcess;
  private removed = false;

  private constructor(
    private readonly ports: readonly [http: number, smtp: number],
    private readonly tlsDir: string,
  ) {}

  /** @param tlsDir a folder with its certificate: it speaks TLS then */
  static async start(tlsDir = 'off'): Promise<OutsideWorldProcess> {
    const outside = new OutsideWorldProcess(await twoFreePorts(), tlsDir);
    await outside.startAgain();
    return outside;
  }

  /** Resolves when it answers. */
  async startAgain(): Promise<void> {
    // A test that ran out of time is still running.
    if (this.removed) throw new Error('The outside world of this spec was removed.');
    const [http, smtp] = this.ports.map(String);
    const secret = (name: string, value: string) => {
      const file = join(this.dir, name);
      writeFileSync(file, value, { mode: 0o600 });
      return file;
    };
    const secrets = {
      PROVIDER_KEY_FILE: secret('key', KEY!),
      SMTP_USER: 'notification',
      SMTP_PASSWORD_FILE: secret('password', PASSWORD!),
      OPERATOR_TOKEN_FILE: secret('token', TOKEN!),
    };
    const addresses = { HTTP_HOST: '127.0.0.1', HTTP_PORT: http, SMTP_HOST: '127.0.0.1', SMTP_PORT: smtp };
    this.child = spawn(process.execPath, [MAIN], {
      env: { ...addresses, ...secrets, LEDGER_DIR: this.dir, TLS_DIR: this.tlsDir, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    for await (const text of createInterface({ input: this.child.stdout! })) {
      said.push(text);
      if (text.includes('answers')) break;
    }
    this.child.stdout!.resume();
    if (this.child.exitCode !== null) throw new Error(`It ended at once:\n${said.join('\n')}`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Resolves with the exit code and the signal by which it ended, once it has. */
  async end(signal: NodeJS.Signals) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    return once(this.child, 'exit');
  }

  async remove(): Promise<void> {
    this.removed = true;
    await this.end('SIGKILL');
    rmSync(this.dir, { recursive: true });
  }

  async call(path: string, data?: object, headers: Record<string, string> = {}): Promise<object> {
    const request = data ? { method: 'POST', body: JSON.stringify(data) } : {};
    const all = { ...CLIENT, ...(data && JSON_BODY), ...headers };
    return (await (await fetch(this.url(path), { ...request, headers: all })).json()) as object;
  }

  charge(reference: string, paymentMethod?: string): Promise<object> {
    return this.call('/charges', charge(reference, paymentMethod), { 'idempotency-key': `charge-${reference}` });
  }

  /** Sends a charge and does not wait for its answer. */
  async chargeAndHangUp(reference: string): Promise<void> {
    const body = JSON.stringify(charge(reference));
    const head = [
      'POST /charges HTTP/1.1',
      'Host: provider',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `Authorization: ${CLIENT.authorization}`,
    ];
    const socket = connect(this.ports[0], '127.0.0.1');
    socket.end([...head, `Idempotency-Key: charge-${reference}`, '', body].join('\r\n'));
    await once(socket, 'finish');
  }

  reverse(reference: string): Promise<object> {
    return this.call('/reversals', { reference }, { 'idempotency-key': `reverse-${reference}` });
  }

  lookUp(reference: string): Promise<object> {
    return this.call(`/charges/${reference}`);
  }

  setFaults(settings: object): Promise<Response> {
    return fetch(this.url('/faults'), { method: 'PUT', headers: { ...JSON_BODY, ...OPERATOR }, body: JSON.stringify(settings) });
  }

  async ledger(name: 'charges' | 'mails'): Promise<Record<string, unknown>[]> {
    const text = await (await fetch(this.url(`/ledger/${name}`), { headers: OPERATOR })).text();
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends a mail by hand. Returns the server's last answer; empty when the server cut the connection instead. */
  async mail(messageId: string, to = 'ada@example.com', hello: readonly string[] = [SIGN_IN]): Promise<string> {
    const said = ['EHLO here', ...hello, 'MAIL FROM:<orders@waybill.example>', `RCPT TO:<${to}>`, 'DATA'];
    const text = `To: ${to}\r\nSubject: Your order\r\nMessage-ID: ${messageId}\r\nX-Order-Id: order-1\r\n\r\nHello\r\n.`;
    const steps = [...said, text];
    const socket = connect(this.ports[1], '127.0.0.1');
    for await (const answer of createInterface({ input: socket })) {
      if (/^\d{3}-/.test(answer)) continue;
      // A refused recipient ends the conversation.
      if (/^5/.test(answer)) steps.length = 0;
      const step = steps.shift();
      if (step === undefined) {
        socket.destroy();
        return answer;
      }
      socket.write(`${step}\r\n`);
    }
    return '';
  }

  url(path: string): string {
    return `${this.tlsDir === 'off' ? 'http' : 'https'}://127.0.0.1:${this.ports[0]}${path}`;
  }
}

/** The body of a charge. */
export const charge = (reference: string, paymentMethod = 'pm_ok') => ({
  reference,
  amount: 2598,
  currency: 'EUR',
  paymentMethod,
});

/** Holds both before it gives either back: two that are asked for one after the other may be the same. */
async function twoFreePorts(): Promise<[number, number]> {
  const held = [createServer(), createServer()] as const;
  const ports = held.map(async (server) => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  });
  const found = await Promise.all(ports);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return found as [number, number];
}
