import { z } from 'zod';
import { SecretFile } from './secret-file.js';
import { tlsIn, type Tls } from './tls.js';

/** EX_CONFIG of sysexits.h: a supervisor can tell it from a crash. */
const EX_CONFIG = 78;

const port = z.coerce.number().int().min(1).max(65535);
const host = z.string().min(1);

/** A secret comes in a file that the variable names: `ps` shows an environment. */
const secretFile = z.string().transform((path, context) => {
  try {
    return new SecretFile(path);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const environment = z.object({
  REPLICA: z.string().default('outside-world'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: host,
  HTTP_PORT: port,
  SMTP_HOST: host,
  SMTP_PORT: port,
  /** Who may charge and reverse: the provider's client. */
  PROVIDER_KEY_FILE: secretFile,
  /** Who may send mail. */
  SMTP_USER: z.string().min(1),
  SMTP_PASSWORD_FILE: secretFile,
  /** Who may read the ledgers and switch faults. */
  OPERATOR_TOKEN_FILE: secretFile,
  /** A folder with `ca.pem` and `key-and-certificate.pem`, or the word `off`: provider and mail server then speak clear text. */
  TLS_DIR: z.string().transform(tlsIn),
  /** The ledgers are files in this folder. The app makes the folder when it is missing. */
  LEDGER_DIR: z.string().min(1),
});

/** What opens each door of HTTP. */
export interface Tokens {
  readonly provider: SecretFile;
  readonly operator: SecretFile;
}

export interface Config {
  readonly replica: string;
  readonly logLevel: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly smtp: { readonly host: string; readonly port: number; readonly user: string; readonly password: SecretFile };
  readonly tokens: Tokens;
  /** Left out: everything goes in clear text. */
  readonly tls?: Tls | undefined;
  readonly ledgerDir: string;
}

/** Reads the environment, or ends the process and prints every problem, one line each. */
export function readConfigOrExit(): Config {
  const read = environment.safeParse(process.env);
  if (!read.success) {
    for (const { path, message } of read.error.issues) console.error(`${path.join('.')}: ${message}`);
    process.exit(EX_CONFIG);
  }
  const { REPLICA, LOG_LEVEL, HTTP_HOST, HTTP_PORT, SMTP_HOST, SMTP_PORT, SMTP_USER, LEDGER_DIR } = read.data;
  return {
    replica: REPLICA,
    logLevel: LOG_LEVEL,
    http: { host: HTTP_HOST, port: HTTP_PORT },
    smtp: { host: SMTP_HOST, port: SMTP_PORT, user: SMTP_USER, password: read.data.SMTP_PASSWORD_FILE },
    tokens: { provider: read.data.PROVIDER_KEY_FILE, operator: read.data.OPERATOR_TOKEN_FILE },
    tls: read.data.TLS_DIR,
    ledgerDir: LEDGER_DIR,
  };
}
