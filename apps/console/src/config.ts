import { type SubscriberKeys, subscriberKeys } from '@waybill/activity';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { tlsIn, type Tls } from './tls.js';

/** EX_CONFIG of sysexits.h: a supervisor can tell it from a crash. */
const EX_CONFIG = 78;

const port = z.coerce.number().int().min(1).max(65535);
const baseUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''));

/** `order-1=127.0.0.1:28110`; in containers a name stands for every replica that DNS knows: `order=order:28110`. */
const watched = z
  .string()
  .transform((list) => list.trim().split(/\s+/))
  .pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*=[^\s:=]+:\d+$/, 'must be name=host:port, and a space before the next one')))
  .transform((list) =>
    list.map((entry) => {
      const [, name, host, at] = /^([^=]+)=([^:]+):(\d+)$/.exec(entry)!;
      return { name: name!, host: host!, port: Number(at) };
    }),
  );

/** What a file says at this moment: a rotation replaces the files of secrets while this process runs. */
type Now<T> = () => T;

/** A file that says nothing useful at a later moment leaves what it said before. */
const nowOf = <T>(file: z.ZodType<T, string>) =>
  z.string().transform((path, context): Now<T> => {
    const first = file.safeParse(path);
    if (!first.success) {
      for (const { message, path: at } of first.error.issues) context.addIssue({ code: 'custom', message, path: at });
      return z.NEVER;
    }
    let known = first.data;
    return () => {
      const now = file.safeParse(path);
      if (now.success) known = now.data;
      return known;
    };
  });

/** A secret comes in a file that the variable names: `ps` shows an environment. */
const secretFile = z
  .string()
  .transform((path, context) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be read: ${path} (${(error as NodeJS.ErrnoException).code})` });
      return z.NEVER;
    }
  })
  .pipe(z.string().min(32, 'the file must hold at least 32 characters'));
const feedKeys = z
  .string()
  .transform((path, context): unknown => {
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      // The error's text has the beginning of the file.
      context.addIssue({ code: 'custom', message: `cannot be read as JSON: ${path} (${(error as Error).name})` });
      return z.NEVER;
    }
  })
  .pipe(subscriberKeys);

const environment = z.object({
  REPLICA: z.string().default(() => `console-${hostname()}`),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: z.string().min(1),
  HTTP_PORT: port,
  /** A folder with `ca.pem` and `key-and-certificate.pem`, or the word `off`: everything then goes in clear text. */
  TLS_DIR: z.string().transform(tlsIn),
  /** The public origin: what the console knows of an order beside its spans it asks there, as any client does. */
  EDGE_URL: baseUrl,
  PROMETHEUS_URL: baseUrl,
  WATCHED: watched,
  /** Where the services tell what happens at this moment: `tcp://127.0.0.1:28181`. */
  FEED_LISTEN: z.string().regex(/^tcp:\/\/[^\s:/]+:(\d+|\*)$/, 'must be tcp://host:port'),
  FEED_KEYS_FILE: nowOf(feedKeys),
  /** All spans together take so much memory at most; the oldest traces go first. */
  SPANS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(64 * 1024)
    .max(512 * 1024 * 1024)
    .default(12 * 1024 * 1024),
  /** The stack's log files, where the console may read them. */
  LOGS_DIR: z.string().startsWith('/').optional(),
  /** Another place that takes OTLP/HTTP with JSON, whole: `http://127.0.0.1:4318/v1/traces`. It gets what the console gets. */
  FORWARD_TRACES_URL: baseUrl.optional(),
  /** The issuer's name, as it stands in tokens and as a browser opens it. Left out: nobody has to sign in, and no token is sent. */
  IDENTITY_ISSUER: baseUrl.optional(),
  /** Where this process reaches it. */
  IDENTITY_URL: baseUrl.optional(),
  IDENTITY_CLIENT_SECRET_FILE: nowOf(secretFile).optional(),
  /** `on` in a demo: its page may break what the following three name. */
  BREAK_IT: z.enum(['on', 'off']).default('off'),
  OUTSIDE_WORLD_URL: baseUrl.optional(),
  /** With it the outside world lets the console switch its faults. */
  OUTSIDE_WORLD_TOKEN_FILE: nowOf(secretFile).optional(),
  /** Where the supervisor of the processes takes orders. In containers there is none. */
  SUPERVISOR_SOCKET: z.string().startsWith('/').optional(),
  /** Which copy of the system this is, for the commands that the page shows. */
  INSTANCE: z
    .string()
    .regex(/^[\w-]{1,60}$/)
    .default('default'),
});
const whole = environment.superRefine(({ BREAK_IT, ...set }, context) => {
  const wanted = (on: boolean, names: readonly (keyof typeof set)[], where: string) => {
    for (const name of names)
      if (on && set[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: `must be set where ${where}` });
  };
  wanted(BREAK_IT === 'on', ['OUTSIDE_WORLD_URL', 'OUTSIDE_WORLD_TOKEN_FILE'], 'BREAK_IT is on');
  wanted(set.IDENTITY_ISSUER !== undefined, ['IDENTITY_URL', 'IDENTITY_CLIENT_SECRET_FILE'], 'IDENTITY_ISSUER is');
});

export interface Watched {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly replica: string;
  readonly logLevel: string;
  readonly http: { readonly host: string; readonly port: number };
  /** Left out: everything goes in clear text. */
  readonly tls?: Tls | undefined;
  readonly edgeUrl: string;
  readonly prometheusUrl: string;
  readonly watched: readonly Watched[];
  readonly feed: { readonly listen: string; readonly keys: Now<SubscriberKeys> };
  readonly spansMaxBytes: number;
  readonly logsDir?: string;
  readonly forwardTracesUrl?: string;
  /** Left out: nobody has to sign in. */
  readonly identity?: IdentityConfig;
  /** Left out: this is no demo, and nothing of it is to be broken. */
  readonly breakIt?: BreakItConfig;
}

export interface IdentityConfig {
  readonly issuer: string;
  readonly url: string;
  readonly clientSecret: Now<string>;
}

export interface BreakItConfig {
  readonly instance: string;
  readonly outsideWorld: { readonly url: string; readonly token: Now<string> };
  readonly supervisorSocket?: string;
}

/** Reads the environment. Gives every problem of it at once, one line each. */
export function readConfig(variables: NodeJS.ProcessEnv): Config | { readonly problems: readonly string[] } {
  // Compose passes a variable that is not set as an empty one.
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const read = whole.safeParse(set);
  if (!read.success) return { problems: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  const { data } = read;
  return {
    replica: data.REPLICA,
    logLevel: data.LOG_LEVEL,
    http: { host: data.HTTP_HOST, port: data.HTTP_PORT },
    ...(data.TLS_DIR && { tls: data.TLS_DIR }),
    edgeUrl: data.EDGE_URL,
    prometheusUrl: data.PROMETHEUS_URL,
    watched: data.WATCHED,
    feed: { listen: data.FEED_LISTEN, keys: data.FEED_KEYS_FILE },
    spansMaxBytes: data.SPANS_MAX_BYTES,
    ...(data.IDENTITY_ISSUER && {
      identity: { issuer: data.IDENTITY_ISSUER, url: data.IDENTITY_URL!, clientSecret: data.IDENTITY_CLIENT_SECRET_FILE! },
    }),
    ...(data.LOGS_DIR && { logsDir: data.LOGS_DIR }),
    ...(data.FORWARD_TRACES_URL && { forwardTracesUrl: data.FORWARD_TRACES_URL }),
    ...(data.BREAK_IT === 'on' && {
      breakIt: {
        instance: data.INSTANCE,
        outsideWorld: { url: data.OUTSIDE_WORLD_URL!, token: data.OUTSIDE_WORLD_TOKEN_FILE! },
        ...(data.SUPERVISOR_SOCKET && { supervisorSocket: data.SUPERVISOR_SOCKET }),
      },
    }),
  };
}

/** Reads the environment, or ends the process and prints every problem. */
export function readConfigOrExit(): Config {
  const read = readConfig(process.env);
  if (!('problems' in read)) return read;
  for (const problem of read.problems) console.error(problem);
  process.exit(EX_CONFIG);
}
