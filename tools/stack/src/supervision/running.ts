import { readFileSync } from 'node:fs';
import { SERVICES, type ServiceName } from '@waybill/contracts';
import type pg from 'pg';
import { appUserOf, openSession, Secrets } from '@waybill/deploy';
import { readConnections } from '../connections.ts';
import { instanceOf, type Instance } from '../instance.ts';
import { runningSupervisor } from './leftovers.ts';

/** What the verbs that look inside need of an instance that runs. */
export interface Running {
  readonly instance: Instance;
  readonly ports: Readonly<Record<string, number>>;
  readonly secrets: Secrets;
  /** The certificate of its CA. Nothing where it was started to speak clear text. */
  readonly ca: string | undefined;
}

/** Throws a sentence when the instance is not up. */
export function running(name?: string): Running {
  const instance = instanceOf(name);
  if (!runningSupervisor(instance)) {
    const up = name === undefined ? 'up' : `up --instance ${name}`;
    throw new Error(`The stack is not up: \`npm run stack -- ${up}\` starts it.`);
  }
  const ports = JSON.parse(readFileSync(instance.paths.ports, 'utf8')) as Record<string, number>;
  return { instance, ports, secrets: new Secrets(instance.paths.secrets), ca: readConnections(name).tls?.ca };
}

/** A service by its name, as `order-1` too. */
export function serviceNamed(name: string | undefined): ServiceName {
  const service = SERVICES.find((known) => known === name?.replace(/-\d+$/, ''));
  if (service) return service;
  throw new Error(
    `${name === undefined ? 'Which service?' : `There is no service ${name}.`} Choose from ${SERVICES.join(', ')}.`,
  );
}

/** Signs in to a service's database as the service itself does: its rows and no DDL, ten seconds for a statement. */
export async function inDatabase<T>(service: ServiceName, around: Running, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const user = appUserOf(service);
  const client = await openSession({
    host: '127.0.0.1',
    port: around.ports['postgres.sql']!,
    ssl: around.ca !== undefined && { ca: around.ca },
    database: service,
    user,
    password: around.secrets.value(user),
    application_name: 'stack',
  }).catch((error: Error) => {
    throw new Error(
      `PostgreSQL does not let ${user} in: ${error.message || 'nobody answers'}. \`npm run stack -- status\` says more.`,
    );
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
