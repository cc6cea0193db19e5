import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot, type Report, run } from '@waybill/kit';
import { cacheDir, freePorts, javaOfMachine, mavenOfMachine } from '@waybill/stack';

const VERSION = '26.7.0';
const SHA256 = 'e63bd0167199c0092b8a4d22cc137e6b7a70e0089070f6f7799b1be504b69a8a';
const NAME = `keycloak-quarkus-dist-${VERSION}`;
const REALM = join(projectRoot, 'infra/keycloak/realm.json');

const READY_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 20_000;

/** The people of the realm, and what they may. */
export const PEOPLE = { ada: 'customer', eve: 'customer', sue: 'support' } as const;
export type KeycloakPerson = keyof typeof PEOPLE;

/** A Keycloak of its own, with the realm of infra/keycloak and nothing kept of it afterwards. */
export class Keycloak {
  readonly #password = randomBytes(16).toString('base64url');
  readonly #process: ChildProcess;
  readonly #origin: string;
  readonly #administrator: string;

  private constructor(child: ChildProcess, origin: string, administrator: string) {
    this.#process = child;
    this.#origin = origin;
    this.#administrator = administrator;
  }

  /**
   * @param log the file that it logs to
   * @throws when it cannot be fetched, or is not ready in time
   */
  static async start(log: string, report: Report, signal: AbortSignal): Promise<Keycloak> {
    const program = await fetched(report);
    const java = await javaOfMachine();
    const [port, management] = await freePorts(2);
    const origin = `http://127.0.0.1:${port}`;
    const administrator = randomBytes(16).toString('base64url');
    const output = openSync(log, 'a', 0o600);
    const listening = ['--http-host=127.0.0.1', `--http-port=${port}`, `--http-management-port=${management}`];
    const child = spawn(join(program, 'bin/kc.sh'), ['start-dev', '--db=dev-mem', ...listening], {
      cwd: program,
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: program,
        ...(java && { JAVA_HOME: java }),
        KC_BOOTSTRAP_ADMIN_USERNAME: 'administrator',
        KC_BOOTSTRAP_ADMIN_PASSWORD: administrator,
      },
    });
    closeSync(output);
    const keycloak = new Keycloak(child, origin, administrator);
    try {
      await keycloak.#untilReady(log, report, signal);
      await keycloak.#administer('POST', '', JSON.parse(readFileSync(REALM, 'utf8')));
      for (const [person, role] of Object.entries(PEOPLE)) await keycloak.#addPerson(person, role);
    } catch (error) {
      await keycloak.stop();
      throw error;
    }
    return keycloak;
  }

  get issuer(): string {
    return `${this.#origin}/realms/waybill`;
  }

  get keysUrl(): string {
    return `${this.issuer}/protocol/openid-connect/certs`;
  }

  /** An access token of a person, made for a client of the realm. */
  async tokenOf(person: KeycloakPerson, client = 'shop'): Promise<string> {
    return this.#token('waybill', { client_id: client, username: person, password: this.#password });
  }

  /** Makes a key that signs from now on. The ones before go on being published. */
  async rotateKey(): Promise<void> {
    const key = {
      name: `eddsa-${randomBytes(4).toString('hex')}`,
      providerId: 'eddsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config: { priority: ['200'], eddsaEllipticCurveKey: ['Ed25519'] },
    };
    await this.#administer('POST', 'waybill/components', key);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    // The script of Keycloak has started Java.
    process.kill(-this.#process.pid!, 'SIGKILL');
    await once(this.#process, 'exit');
  }

  async #addPerson(username: string, role: string): Promise<void> {
    const profile = { email: `${username}@example.com`, emailVerified: true, firstName: username, lastName: 'of a test' };
    const credentials = [{ type: 'password', value: this.#password, temporary: false }];
    await this.#administer('POST', 'waybill/users', { username, enabled: true, ...profile, credentials });
    const [user] = (await this.#administer('GET', `waybill/users?username=${username}&exact=true`)) as { id: string }[];
    const named = await this.#administer('GET', `waybill/roles/${role}`);
    await this.#administer('POST', `waybill/users/${user!.id}/role-mappings/realm`, [named]);
  }

  async #administer(method: string, path: string, body?: unknown): Promise<unknown> {
    const token = await this.#token('master', {
      client_id: 'admin-cli',
      username: 'administrator',
      password: this.#administrator,
    });
    const response = await fetch(`${this.#origin}/admin/realms/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Keycloak answered ${method} ${path} with ${response.status}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async #token(realm: string, form: Record<string, string>): Promise<string> {
    const response = await fetch(`${this.#origin}/realms/${realm}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', ...form }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = (await response.json()) as { access_token?: string; error_description?: string };
    if (!answer.access_token) throw new Error(`Keycloak gave no token: ${answer.error_description ?? response.status}.`);
    return answer.access_token;
  }

  async #untilReady(log: string, report: Report, signal: AbortSignal): Promise<void> {
    report(`Keycloak ${VERSION} starts, which takes it a minute`);
    for (const until = Date.now() + READY_WITHIN_MS; ; await delay(LOOK_EVERY_MS, undefined, { signal })) {
      const answer = await fetch(`${this.#origin}/realms/master/.well-known/openid-configuration`).catch(() => undefined);
      if (answer?.ok) return report('Keycloak is ready');
      if (this.#process.exitCode !== null || Date.now() > until)
        throw new Error(`Keycloak is not ready. Its log ends with:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
    }
  }
}

/** The folder of the program, fetched from Maven Central when it is not there. */
async function fetched(report: Report): Promise<string> {
  const home = join(cacheDir(), 'keycloak');
  const folder = join(home, VERSION);
  if (existsSync(folder)) return folder;
  const maven = await mavenOfMachine();
  if (!maven) throw new Error('Keycloak is fetched by Maven, and this machine has none: `apt-get install maven`.');
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  report('fetching Keycloak from Maven Central, 176 MB');
  const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
  const options = ['-B', '-q', '-ntp', `-Dmaven.repo.local=${join(home, 'maven')}`, artifact, `-DoutputDirectory=${fresh}`];
  await run(maven.file, ['dependency:copy', ...options], { env: maven.env });
  const found = await checksumOf(join(fresh, `${NAME}.zip`));
  if (found !== SHA256) throw new Error(`${NAME}.zip has the checksum ${found}, and not ${SHA256}.`);
  await run(maven.file, ['dependency:unpack', ...options], { env: maven.env });
  renameSync(join(fresh, `keycloak-${VERSION}`), folder);
  for (const left of [fresh, join(home, 'maven')]) rmSync(left, { recursive: true });
  return folder;
}

async function checksumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
