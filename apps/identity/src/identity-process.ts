import getPort from 'get-port';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SHOP = 'http://127.0.0.1:8080';
const CONSOLE = 'http://127.0.0.1:8081';
/** Short enough for a spec to see its end. */
export const FIRST_WAIT_S = 1.5;

/** A database of its own, as libs/testing makes one. */
interface Database {
  readonly access: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
    readonly ssl: { readonly ca: string } | false;
  };
  readonly dataSource: { query<Rows>(sql: string): Promise<Rows> };
  drop(): Promise<void>;
}

const programOf = (name: string) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));

/** For specs: the real process on a free port, with a database of its own that outlives it. */
export class IdentityProcess {
  readonly passwords: Readonly<Record<string, string>> = Object.fromEntries(
    ['customer', 'customer-2', 'support', 'operator'].map((name) => [name, randomBytes(32).toString('base64url')]),
  );
  readonly toolsSecret = randomBytes(32).toString('base64url');
  private readonly dir = mkdtempSync(join(tmpdir(), 'identity-'));
  private child!: ChildProcess;

  private constructor(
    readonly database: Database,
    private readonly port: number,
  ) {}

  static async start(database: Database): Promise<IdentityProcess> {
    const identity = new IdentityProcess(database, await getPort({ host: '127.0.0.1' }));
    identity.prepare();
    await identity.startAgain();
    return identity;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The step before it: tables and people. */
  prepare(): void {
    const { customer, 'customer-2': second, support, operator } = this.passwords;
    const { status, stderr } = spawnSync(process.execPath, [programOf('migrate')], {
      encoding: 'utf8',
      env: {
        ...this.databaseEnvironment(),
        CUSTOMER_PASSWORD_FILE: this.secret('customer', customer!),
        CUSTOMER_2_PASSWORD_FILE: this.secret('customer-2', second!),
        SUPPORT_PASSWORD_FILE: this.secret('support', support!),
        OPERATOR_PASSWORD_FILE: this.secret('operator', operator!),
      },
    });
    if (status !== 0) throw new Error(`The step failed:\n${stderr}`);
  }

  /** Resolves when it answers. */
  async startAgain(): Promise<void> {
    this.child = spawn(process.execPath, [programOf('main')], {
      env: {
        ...this.databaseEnvironment(),
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String(this.port),
        IDENTITY_ISSUER: this.issuer,
        PUBLIC_ORIGINS: SHOP,
        OPERATIONS_ORIGINS: CONSOLE,
        COOKIE_KEY_FILE: this.secret('cookie-key', 'the same key after a restart, of this one spec'),
        TOOLS_SECRET_FILE: this.secret('tools', this.toolsSecret),
        CONSOLE_SECRET_FILE: this.secret('console', randomBytes(32).toString('base64url')),
        SIGN_IN_WAIT_MS: String(FIRST_WAIT_S * 1000),
      },
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

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await this.database.drop();
    rmSync(this.dir, { recursive: true });
  }

  /** Forgets the attempts of earlier tests, all of which come from one address. */
  async forgetAttempts(): Promise<void> {
    await this.database.dataSource.query('DELETE FROM sign_in_attempts');
  }

  /** The database's own clock goes on for keys: as if the next one had been published a while ago. */
  async letKeysAge(): Promise<void> {
    await this.database.dataSource.query(`UPDATE signing_keys SET published_at = published_at - interval '61 s'`);
  }

  /** What `npm run stack -- rotate-signing-key` runs. */
  rotateSigningKey(): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [programOf('rotate-signing-key')], {
      encoding: 'utf8',
      env: this.databaseEnvironment(),
    });
    return { status, said: stdout + stderr };
  }

  /** Asks for a token, with a form. */
  async token(form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.issuer}/token`, { method: 'POST', body: new URLSearchParams(form), headers });
    return { status: response.status, body: (await response.json()) as TokenAnswer };
  }

  machineToken(secret = this.toolsSecret) {
    const authorization = `Basic ${Buffer.from(`tools:${secret}`).toString('base64')}`;
    return this.token({ grant_type: 'client_credentials', scope: 'api' }, { authorization });
  }

  private databaseEnvironment(): Record<string, string> {
    const { host, port, name, user, password, ssl } = this.database.access;
    if (ssl) this.secret('ca.pem', ssl.ca);
    return {
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_NAME: name,
      DATABASE_USER: user,
      DATABASE_PASSWORD_FILE: this.secret('database', password),
      TLS_DIR: ssl ? this.dir : 'off',
    };
  }

  private secret(name: string, value: string): string {
    const file = join(this.dir, name);
    writeFileSync(file, value, { mode: 0o600 });
    return file;
  }
}

export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly error?: string;
}

/** A browser as far as the protocol needs one: cookies by path, and redirects one at a time. */
export class Browser {
  private readonly cookies = new Map<string, { readonly value: string; readonly path: string }>();
  readonly verifier = randomBytes(32).toString('base64url');
  /** As the last answer has set them. */
  setCookies: string[] = [];

  constructor(
    private readonly identity: IdentityProcess,
    readonly client = 'shop',
    readonly redirect = `${SHOP}/`,
  ) {}

  /** Asks for a code. `changed` replaces parameters; an empty one is left out. */
  authorize(changed: Record<string, string> = {}): Promise<Response> {
    const parameters = {
      client_id: this.client,
      redirect_uri: this.redirect,
      response_type: 'code',
      scope: 'openid api',
      state: 'a-state',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changed,
    };
    return this.get(`/auth?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''))}`);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.ask(path, { headers });
  }

  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.ask(path, { method: 'POST', body: new URLSearchParams(form), headers });
  }

  /** Goes to the page that asks for name and password, and fills it in. */
  async fillIn(login: string, password: string): Promise<Response> {
    const form = await this.signInForm();
    return this.post(form, { login, password });
  }

  /** The path of that page. */
  async signInForm(): Promise<string> {
    const asked = await this.authorize();
    return pathOf(asked);
  }

  /** The whole way to a code. */
  async signIn(login: string): Promise<string> {
    const filledIn = await this.fillIn(login, this.identity.passwords[login]!);
    const back = await this.get(pathOf(filledIn));
    return codeIn(back);
  }

  /** The tokens for a code. `changed` replaces parameters. */
  exchange(code: string, changed: Record<string, string> = {}) {
    return this.identity.token({
      grant_type: 'authorization_code',
      client_id: this.client,
      redirect_uri: this.redirect,
      code,
      code_verifier: this.verifier,
      ...changed,
    });
  }

  async tokens(login: string): Promise<TokenAnswer> {
    return (await this.exchange(await this.signIn(login))).body;
  }

  refresh(token: string) {
    return this.identity.token({ grant_type: 'refresh_token', client_id: this.client, refresh_token: token });
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(name)?.value;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const sent = [...this.cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    const response = await fetch(`${this.identity.issuer}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') },
    });
    this.setCookies = response.headers.getSetCookie();
    for (const line of this.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /expires=Thu, 01 Jan 1970/.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, { value: value!, path: /path=([^;]+)/.exec(line)?.[1] ?? '/' });
    }
    return response;
  }
}

/** The path that an answer leads to. */
export function pathOf(response: Response): string {
  const to = new URL(response.headers.get('location') ?? '', response.url);
  return to.pathname + to.search;
}

export function codeIn(response: Response): string {
  const location = response.headers.get('location');
  const code = location && new URL(location, response.url).searchParams.get('code');
  if (!code) throw new Error(`There is no code in the answer ${response.status} ${location ?? ''}.`);
  return code;
}
