import type { ServiceName } from '@waybill/contracts';
import { projectOf } from '@waybill/containers';
import { containerOverview } from '../container-overview.ts';
import { readConnections } from '../connections.ts';
import { askPort } from '../servers/ask-port.ts';
import { running } from '../supervision/running.ts';
import { portKey, serviceReplicas } from '../topology.ts';
import { tokenOf } from './token-of.ts';

/** Above the ten seconds that PostgreSQL gives a statement. */
const ANSWER_WITHIN_MS = 12_000;

/** Asks one replica of a service, whichever answers, under its operations routes. A body makes it a POST. */
export type AskService = <T>(service: ServiceName, path: string, body?: object) => Promise<T>;

/** The way to the services of an instance. In containers nginx has it: they publish no port. */
export async function waysTo({
  instance,
  inContainers,
}: {
  readonly instance?: string | undefined;
  readonly inContainers: boolean;
}): Promise<AskService> {
  const addresses = inContainers ? await behindOperations(instance) : onTheirPorts(instance);
  const token = await tokenOf('operator', instance, inContainers);
  return (service, path, body) => askOneOf(addresses(service), service, path, body, token);
}

const ofService = (service: ServiceName, replica: string) => replica.replace(/-\d+$/, '') === service;

function onTheirPorts(instance?: string) {
  const { ports } = running(instance);
  const { tls } = readConnections(instance);
  return (service: ServiceName) =>
    serviceReplicas()
      .filter((replica) => ofService(service, replica))
      .map((replica) => ({
        replica,
        ask: (path: string, request: RequestInit) => askPort(tls, ports[portKey(replica, 'http')]!, path, request),
      }));
}

async function behindOperations(instance?: string) {
  const { services, urls } = await containerOverview(projectOf(instance));
  return (service: ServiceName) =>
    services
      .filter(({ name }) => ofService(service, name))
      .map(({ name }) => ({
        replica: name,
        ask: (path: string, request: RequestInit) => fetch(`${urls['operations']}/${name}${path}`, request),
      }));
}

interface Replica {
  readonly replica: string;
  ask(path: string, request: RequestInit): Promise<Response>;
}

/** Who does not answer may have done it all the same. The next replica is asked nevertheless: an act may be done twice. */
export async function askOneOf<T>(
  replicas: readonly Replica[],
  service: ServiceName,
  path: string,
  body?: object,
  token = '',
): Promise<T> {
  const silent: string[] = [];
  for (const { replica, ask } of replicas) {
    const answer = await ask(`/operations/${path}`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    }).catch((error: Error) => ({ failed: error }));
    if ('failed' in answer) {
      silent.push(`${replica}: ${reasonOf(answer.failed)}`);
      continue;
    }
    // nginx answers 502 for a container that does not run.
    if (answer.status === 502 || answer.status === 503) {
      silent.push(`${replica}: ${await detailOf(answer)}`);
      continue;
    }
    if (!answer.ok) throw new Error(`${service} says: ${await detailOf(answer)}`);
    return (await answer.json()) as T;
  }
  throw new Error(
    [
      `No replica of ${service} answers, and only a replica looks after its dead letters. \`npm run stack -- status\` says more.`,
      ...silent,
    ].join('\n  '),
  );
}

const reasonOf = ({ name, message, cause }: Error): string =>
  name === 'TimeoutError' ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : (cause as Error | undefined)?.message || message;

async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { detail, errors = [] } = JSON.parse(text) as { detail?: string; errors?: { path: string; message: string }[] };
    return [detail ?? text, ...errors.map(({ path, message }) => `${path} ${message}`)].join('; ');
  } catch {
    return text.trim();
  }
}
