import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { tlsIn, type Tls } from './tls.js';

/** EX_CONFIG of sysexits.h: a supervisor can tell it from a crash. */
const EX_CONFIG = 78;

const port = z.coerce.number().int().min(1).max(65535);
const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be a lower-case name of at most 63 characters');
/** No path and no slash at its end: an issuer is compared as text. */
const origin = z.url({ protocol: /^https?$/ }).refine((url) => URL.canParse(url) && new URL(url).origin === url, {
  message: 'must be an origin, such as http://127.0.0.1:8080',
});
const origins = z
  .string()
  .transform((list) => list.trim().split(/\s+/))
  .pipe(z.array(origin).min(1));

/** A secret as its file has it at this moment: a rotation replaces the file while this process runs. */
export type SecretNow = () => string;

/** A secret comes in a file that the variable names: `ps` shows an environment, and children inherit it. */
const secretFile = z
  .string()
  .transform((path, context) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot read the file ${path}: ${(error as NodeJS.ErrnoException).code}` });
      return z.NEVER;
    }
  })
  .pipe(z.string().min(32, 'the file must hold at least 32 characters'));

/** A file that cannot be read at a later moment leaves the secret of before. */
const secretNow = z.string().transform((path, context): SecretNow => {
  const first = secretFile.safeParse(path);
  if (!first.success) {
    for (const { message } of first.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  let known = first.data;
  return () => {
    const now = secretFile.safeParse(path);
    if (now.success) known = now.data;
    return known;
  };
});

const databaseEnvironment = z.object({
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: port,
  DATABASE_NAME: name,
  DATABASE_USER: name,
  DATABASE_PASSWORD_FILE: secretNow,
  /** A folder in which `ca.pem` is the certificate of the CA to believe, or the word `off`. */
  TLS_DIR: z.string().transform(tlsIn),
});

const environment = databaseEnvironment.extend({
  REPLICA: z.string().default('identity'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: z.string().min(1),
  HTTP_PORT: port,
  /** Where other processes come, by TLS. */
  HTTPS_PORT: port.optional(),
  /** The one name of this issuer, for browsers and for services: it stands in every token, and is compared as text. */
  IDENTITY_ISSUER: origin,
  /** Where the shop and the page of the API are. Both may be reached by several names. */
  PUBLIC_ORIGINS: origins,
  /** Where the console is. */
  OPERATIONS_ORIGINS: origins,
  /** Signs this app's cookies. */
  COOKIE_KEY_FILE: secretNow,
  /** The secrets of the clients that are programs. */
  TOOLS_SECRET_FILE: secretNow,
  CONSOLE_SECRET_FILE: secretNow,
  /** The first wait after too many wrong passwords. Each further one doubles it. */
  SIGN_IN_WAIT_MS: z.coerce.number().int().min(100).max(600_000).default(30_000),
});

/** The step that prepares the database also knows the people's passwords, which the app itself never sees in a file. */
const stepEnvironment = databaseEnvironment.extend({
  CUSTOMER_PASSWORD_FILE: secretFile,
  CUSTOMER_2_PASSWORD_FILE: secretFile,
  SUPPORT_PASSWORD_FILE: secretFile,
  OPERATOR_PASSWORD_FILE: secretFile,
});

export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string | SecretNow;
  readonly ssl: { readonly ca: string } | false;
}

export interface Config {
  readonly replica: string;
  readonly logLevel: string;
  readonly http: { readonly host: string; readonly port: number };
  /** Left out: everything goes in clear text. */
  readonly https?: { readonly port: number; readonly tls: Tls };
  readonly issuer: string;
  readonly publicOrigins: readonly string[];
  readonly operationsOrigins: readonly string[];
  readonly database: DatabaseConfig;
  readonly cookieKey: SecretNow;
  readonly secrets: { readonly tools: SecretNow; readonly console: SecretNow };
  readonly signInWaitMs: number;
}

/** Reads the environment, or ends the process and prints every problem, one line each. */
function readOrExit<T>(schema: z.ZodType<T>): T {
  // Compose passes a variable that is not set as an empty one.
  const set = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const read = schema.safeParse(set);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) console.error(`${path.join('.')}: ${message}`);
  process.exit(EX_CONFIG);
}

const databaseOf = (data: z.infer<typeof databaseEnvironment>): DatabaseConfig => ({
  host: data.DATABASE_HOST,
  port: data.DATABASE_PORT,
  name: data.DATABASE_NAME,
  user: data.DATABASE_USER,
  password: data.DATABASE_PASSWORD_FILE,
  ssl: data.TLS_DIR !== undefined && { ca: data.TLS_DIR.ca },
});

export function readConfigOrExit(): Config {
  const data = readOrExit(environment);
  return {
    replica: data.REPLICA,
    logLevel: data.LOG_LEVEL,
    http: { host: data.HTTP_HOST, port: data.HTTP_PORT },
    ...(data.TLS_DIR && data.HTTPS_PORT !== undefined && { https: { port: data.HTTPS_PORT, tls: data.TLS_DIR } }),
    issuer: data.IDENTITY_ISSUER,
    publicOrigins: data.PUBLIC_ORIGINS,
    operationsOrigins: data.OPERATIONS_ORIGINS,
    database: databaseOf(data),
    cookieKey: data.COOKIE_KEY_FILE,
    secrets: { tools: data.TOOLS_SECRET_FILE, console: data.CONSOLE_SECRET_FILE },
    signInWaitMs: data.SIGN_IN_WAIT_MS,
  };
}

export const readDatabaseConfigOrExit = (): DatabaseConfig => databaseOf(readOrExit(databaseEnvironment));

/** For `migrate`: the database, and the password of each person by the person's name. */
export function readStepConfigOrExit(): { database: DatabaseConfig; passwords: Readonly<Record<string, string>> } {
  const data = readOrExit(stepEnvironment);
  return {
    database: databaseOf(data),
    passwords: {
      customer: data.CUSTOMER_PASSWORD_FILE,
      'customer-2': data.CUSTOMER_2_PASSWORD_FILE,
      support: data.SUPPORT_PASSWORD_FILE,
      operator: data.OPERATOR_PASSWORD_FILE,
    },
  };
}
