import { readFileSync } from 'node:fs';
import type { RunningStack } from '@waybill/demo';
import { projectRoot, run } from '@waybill/kit';
import { instanceOf } from '@waybill/stack';

/** What a drill may break. */
export interface World {
  readonly instance: string;
  readonly stack: RunningStack;
}

interface Connections {
  readonly rabbitmq: {
    readonly management: string;
    readonly administrator: { readonly user: string; readonly password: string };
  };
  readonly kafka: { readonly brokers: readonly string[] };
}

/** Where the servers of an instance are, and who may do everything there. */
export const connectionsOf = (instance: string): Connections =>
  JSON.parse(readFileSync(instanceOf(instance).paths.connections, 'utf8')) as Connections;

/** Asks RabbitMQ's management as the tests' administrator, whom the default instance does not have. The answer's body, read as JSON. */
export async function rabbitmq<T>(instance: string, method: string, path: string, body?: object): Promise<T> {
  const { management, administrator } = connectionsOf(instance).rabbitmq;
  const credentials = Buffer.from(`${administrator.user}:${administrator.password}`).toString('base64');
  const response = await fetch(`${management}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`RabbitMQ answers ${response.status} to ${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `npm run stack -- ARG ...`, as a person would type it. What it printed. */
export const stackCommand = (instance: string, ...args: string[]): Promise<string> =>
  run(process.execPath, [`${projectRoot}/tools/stack/src/main.ts`, ...args, '--instance', instance]);
