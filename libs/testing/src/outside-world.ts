import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { eventually } from './eventually.js';
import { testStack } from './stack.js';
import { told } from './told.js';
import type { Address } from './tcp-proxy.js';

/** One call that the payment provider received. `effect`: it moved money. `answered`: false when the answer was withheld. */
interface ChargeLine {
  readonly kind: 'charge' | 'refund' | 'lookup';
  readonly reference: string;
  readonly idempotencyKey: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly effect: boolean;
  readonly answered: boolean;
}

/** One mail that the mail server received. `effect`: it was delivered, and not known from before. */
interface MailLine {
  readonly to: string;
  readonly subject: string;
  readonly orderId: string | null;
  readonly messageId: string | null;
  readonly effect: boolean;
  readonly answered: boolean;
}

/** The real apps/outside-world in a separate process: payment provider, mail server, and the ledgers that tell what they did. */
export interface OutsideWorld {
  readonly provider: { readonly url: string; readonly key: string };
  readonly smtp: Address & {
    readonly user: string;
    readonly password: string;
    /** What a client needs for STARTTLS. Left out: it is not offered. */
    readonly tls?: { readonly ca: string; readonly dir: string };
  };
  /** Replaces all faults. A call without faults heals everything. The app's README names the possible ones. */
  faults(settings?: { provider?: object; mail?: object }): Promise<void>;
  /** The provider's calls about an order, oldest first. */
  charges(orderId: string): Promise<ChargeLine[]>;
  /** The mails about an order, oldest first. */
  mails(orderId: string): Promise<MailLine[]>;
  end(): Promise<void>;
}

// The pipe to its stdin breaks when the test process ends, however it ends: then this process ends, too.
const endWithParent = 'data:text/javascript,process.stdin.on("end", () => process.exit()).resume()';

const SECRETS = {
  key: 'the key of the payment service in a spec',
  password: 'the password of the notification service in a spec',
  token: 'the token of the operator in a spec',
} as const;

/** Starts it on free ports, with empty ledgers. It must have been built. */
export async function outsideWorld(): Promise<OutsideWorld> {
  const program = told('WAYBILL_OUTSIDE_WORLD_PROGRAM');
  if (!existsSync(program)) throw new Error('apps/outside-world is not built: `npm run build` does it.');
  const ledgers = mkdtempSync(join(tmpdir(), 'waybill-outside-world-'));
  const secretFile = (name: keyof typeof SECRETS) => {
    const file = join(ledgers, name);
    writeFileSync(file, SECRETS[name], { mode: 0o600 });
    return file;
  };
  const operator = { authorization: `Bearer ${SECRETS.token}` };
  const host = '127.0.0.1';
  const { tls } = testStack();
  const own = tls && { ca: tls.ca, dir: join(tls.dir, 'outside-world') };
  const [http, smtp] = [await getPort({ host }), await getPort({ host })];
  const child = spawn(process.execPath, ['--import', endWithParent, program], {
    env: {
      HTTP_HOST: host,
      HTTP_PORT: `${http}`,
      SMTP_HOST: host,
      SMTP_PORT: `${smtp}`,
      SMTP_USER: 'notification',
      PROVIDER_KEY_FILE: secretFile('key'),
      SMTP_PASSWORD_FILE: secretFile('password'),
      OPERATOR_TOKEN_FILE: secretFile('token'),
      LEDGER_DIR: ledgers,
      TLS_DIR: own?.dir ?? 'off',
      LOG_LEVEL: 'warn',
    },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = `${own ? 'https' : 'http'}://${host}:${http}`;
  await eventually('the outside world answers', async () => (await fetch(`${url}/health/ready`)).ok, {
    timeoutMs: 60_000,
  });

  const ledger = async <Line>(name: 'charges' | 'mails') => {
    const text = await (await fetch(`${url}/ledger/${name}`, { headers: operator })).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  };
  return {
    provider: { url, key: SECRETS.key },
    smtp: { host, port: smtp, user: 'notification', password: SECRETS.password, ...(own && { tls: own }) },
    async faults(settings = {}) {
      const headers = { ...operator, 'content-type': 'application/json' };
      const { status } = await fetch(`${url}/faults`, { method: 'PUT', headers, body: JSON.stringify(settings) });
      if (status !== 200) throw new Error(`The outside world answered the faults ${JSON.stringify(settings)} with ${status}.`);
    },
    charges: async (orderId) => (await ledger<ChargeLine>('charges')).filter(({ reference }) => reference === orderId),
    mails: async (orderId) => (await ledger<MailLine>('mails')).filter((mail) => mail.orderId === orderId),
    async end() {
      child.kill('SIGKILL');
      await ended;
      rmSync(ledgers, { recursive: true });
    },
  };
}
