import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot } from '@waybill/kit';

/**
 * What a person may set. The environment wins over the file `.env`, and both over the default, so that a single
 * `WAYBILL_PORT_NGINX_EDGE=9080 npm run demo` does what it says. `.env.example` lists every name.
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env, file = join(projectRoot, '.env')): Record<string, string> {
  const fromFile = existsSync(file) ? (parseEnv(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  return merge(fromFile, env);
}

/** The environment over the file; an empty value counts as not set. */
export function merge(
  fromFile: Record<string, string | undefined>,
  env: Record<string, string | undefined>,
): Record<string, string> {
  const ours = Object.entries({ ...fromFile, ...withoutEmpty(env) }).filter(([name]) => name.startsWith('WAYBILL_'));
  return withoutEmpty(Object.fromEntries(ours));
}

/** The setting that moves a port: `rabbitmq.amqp` is moved by `WAYBILL_PORT_RABBITMQ_AMQP`. */
export const portSetting = (key: string) => `WAYBILL_PORT_${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** The default ports with what was set put over them. A value that is no port is refused by name. */
export function portsFrom(defaults: Record<string, number>, settings: Record<string, string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, port]) => {
      const set = settings[portSetting(key)];
      return [key, set === undefined ? port : toPort(set, portSetting(key))];
    }),
  );
}

function toPort(value: string, name: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new Error(`${name}=${value} is not a port: give a whole number from 1 to 65535.`);
}

const withoutEmpty = (values: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])));
