import { publisherKeys } from '@waybill/activity';
import type { ServiceName } from '@waybill/contracts';
import { defaultTuning, type Tuning } from '@waybill/messaging';
import { z } from 'zod';
import type { IdentityConfig } from './identity/access-tokens.js';
import { unnamed } from './replica-name.js';
import { secretFile, secretFileOf, setting, type ConfigOf } from './settings.js';
import { caSetting, sslSetting, tlsSetting } from './tls.js';

const host = z.string().min(1);
const port = z.coerce.number().int().min(1).max(65535);
const name = z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be a lower-case name of at most 63 characters');

/** Values of `Tuning` for a measurement, as a JSON object. What it does not name keeps its default. */
const tuning = z
  .string()
  .default('{}')
  .transform((text, context): Partial<Tuning> => {
    const problem = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const given = fieldsOf(text);
    if (!given) return problem('must be a JSON object, such as {"prefetch": 10}');
    for (const [field, value] of Object.entries(given)) {
      if (!Object.hasOwn(defaultTuning, field))
        problem(`has no field "${field}": choose from ${Object.keys(defaultTuning).join(', ')}`);
      else if (!Number.isSafeInteger(value) || (value as number) < 1) problem(`${field} must be a whole number above 0`);
    }
    return given as Partial<Tuning>;
  });

/** With a shared secret each verifier of a token could also make one: there is none in this list, and no `none`. */
const algorithm = z.enum(
  ['Ed25519', 'EdDSA', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
  'must name signatures with a public key, such as Ed25519,EdDSA',
);

const url = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' });

/** The file is JSON, which `publisherKeys` describes. */
const feedKeys = secretFileOf('FEED_KEYS_FILE', z.string().transform(fieldsOf).pipe(publisherKeys));

function fieldsOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The variables of every process that opens a service's database. */
export const databaseSettings = () => ({
  host: setting('DATABASE_HOST', host),
  port: setting('DATABASE_PORT', port),
  name: setting('DATABASE_NAME', name),
  user: setting('DATABASE_USER', name),
  password: secretFile('DATABASE_PASSWORD_FILE'),
  ssl: sslSetting(),
});

/** The variables that every service needs; an app's `config.ts` adds its own. */
export const serviceSettings = (service: ServiceName) => ({
  service,
  /**
   * Which copy of the service this process is, such as order-1. Its logs name it, and so does its application_name in
   * PostgreSQL. Left out: `replicaByAddress` finds the name, or it is that of the host.
   */
  replica: setting(
    'REPLICA',
    name.default(() => unnamed(service)),
  ),
  /** Its own server's, and whom it believes when it calls somebody by HTTPS. */
  tls: tlsSetting(),
  logLevel: setting('LOG_LEVEL', z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')),
  tracing: {
    /** Where spans go, by OTLP over HTTP: `/v1/traces` is put behind it. Without it nothing is recorded. */
    endpoint: setting('OTLP_ENDPOINT', z.url({ protocol: /^https?$/ }).optional()),
    /** How many new traces this process records per second in the long run. What came before is recorded to its end. */
    tracesPerSecond: setting('TRACES_PER_SECOND', z.coerce.number().min(0).max(10_000).default(5)),
  },
  feed: {
    /** Where the console listens to what happens here: `tcp://127.0.0.1:28181`. `off`, or nothing: it is told to nobody. */
    address: setting('FEED_ADDRESS', z.union([z.literal('off'), z.string().regex(/^tcp:\/\/[^\s:/]+:\d+$/)]).optional()),
    keys: setting(feedKeys.variable, feedKeys.schema.optional()),
  },
  identity: {
    /** Who signs people in: the text that tokens have as `iss`, the same for browsers and for services. */
    issuer: setting('IDENTITY_ISSUER', url),
    /** Where this process reads the issuer's public keys (JWKS). It may be an inside address, which no browser reaches. */
    keysUrl: setting('IDENTITY_KEYS_URL', url),
    /** How tokens may be signed. `Ed25519` and `EdDSA` are two names of one algorithm. */
    algorithms: setting(
      'IDENTITY_ALGORITHMS',
      z
        .string()
        .default('Ed25519,EdDSA')
        .transform((list) => list.split(','))
        .pipe(z.array(algorithm)),
    ),
  },
  http: {
    host: setting('HTTP_HOST', host),
    port: setting('HTTP_PORT', port),
    /** Where a container's health check asks: a path. Left out: nowhere but at the port. */
    healthSocket: setting('HEALTH_SOCKET', z.string().startsWith('/').optional()),
  },
  database: databaseSettings(),
  rabbitmq: {
    host: setting('RABBITMQ_HOST', host),
    port: setting('RABBITMQ_PORT', port),
    vhost: setting('RABBITMQ_VHOST', z.string().min(1)),
    user: setting('RABBITMQ_USER', name),
    password: secretFile('RABBITMQ_PASSWORD_FILE'),
    ca: caSetting(),
  },
  kafka: {
    brokers: setting(
      'KAFKA_BROKERS',
      z
        .string()
        .transform((list) => list.split(','))
        .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port[,host:port]'))),
    ),
    user: setting('KAFKA_USER', name),
    password: secretFile('KAFKA_PASSWORD_FILE'),
    ca: caSetting(),
  },
  tuning: setting('TUNING', tuning),
});

export type DatabaseConfig = ConfigOf<ReturnType<typeof databaseSettings>>;
export type ServiceSettings = ReturnType<typeof serviceSettings>;
/** A process always has an issuer. Without one everybody is let in: so it is for a spec that looks at something else. */
export type ServiceConfig = Omit<ConfigOf<ServiceSettings>, 'identity'> & { readonly identity?: IdentityConfig | undefined };
