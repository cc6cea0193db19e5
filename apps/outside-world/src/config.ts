import { z } from 'zod';

/** EX_CONFIG of sysexits.h: a supervisor can tell it from a crash. */
const EX_CONFIG = 78;

const port = z.coerce.number().int().min(1).max(65535);
const host = z.string().min(1);

const environment = z.object({
  REPLICA: z.string().default('outside-world'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: host,
  HTTP_PORT: port,
  SMTP_HOST: host,
  SMTP_PORT: port,
  /** The ledgers are files in this folder. The app makes the folder when it is missing. */
  LEDGER_DIR: z.string().min(1),
});

export interface Config {
  readonly replica: string;
  readonly logLevel: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly smtp: { readonly host: string; readonly port: number };
  readonly ledgerDir: string;
}

/** Reads the environment, or ends the process and prints every problem, one line each. */
export function readConfigOrExit(): Config {
  const read = environment.safeParse(process.env);
  if (!read.success) {
    for (const { path, message } of read.error.issues) console.error(`${path.join('.')}: ${message}`);
    process.exit(EX_CONFIG);
  }
  const { REPLICA, LOG_LEVEL, HTTP_HOST, HTTP_PORT, SMTP_HOST, SMTP_PORT, LEDGER_DIR } = read.data;
  return {
    replica: REPLICA,
    logLevel: LOG_LEVEL,
    http: { host: HTTP_HOST, port: HTTP_PORT },
    smtp: { host: SMTP_HOST, port: SMTP_PORT },
    ledgerDir: LEDGER_DIR,
  };
}
