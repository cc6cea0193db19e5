import { OUTSIDE_WORLD_TOKEN_SECRET } from '@waybill/deploy';
import { compose, projectOf } from '@waybill/containers';
import { running } from '../supervision/running.ts';
import { portKey } from '../topology.ts';

export interface OutsideWorldOptions {
  readonly instance?: string;
  /** `docker`: the system in containers. */
  readonly with?: string;
}

/** `outside-world PATH [FAULTS]`: what the operator of the outside world is answered. Faults are put there; without them it is read. */
export async function outsideWorld([path, faults]: readonly string[], options: OutsideWorldOptions): Promise<void> {
  if (!path?.startsWith('/')) throw new Error('What of it? /ledger/charges, /ledger/mails or /faults.');
  console.log(
    (options.with === 'docker' ? await inContainer(path, faults, options) : await ask(path, faults, options)).trimEnd(),
  );
}

/** Its port is not published: the container asks itself. */
const inContainer = (path: string, faults: string | undefined, { instance }: OutsideWorldOptions): Promise<string> =>
  compose(projectOf(instance), [
    ...['exec', '-T', 'outside-world', 'node', 'apps/outside-world/dist/ask.js', path],
    ...(faults === undefined ? [] : [faults]),
  ]);

async function ask(path: string, faults: string | undefined, { instance }: OutsideWorldOptions): Promise<string> {
  const { ports, secrets } = running(instance);
  const answer = await fetch(`http://127.0.0.1:${ports[portKey('outside-world', 'http')]}${path}`, {
    headers: { authorization: `Bearer ${secrets.value(OUTSIDE_WORLD_TOKEN_SECRET)}`, 'content-type': 'application/json' },
    ...(faults !== undefined && { method: 'PUT', body: faults }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new Error('The outside world does not answer: `npm run stack -- status` says more.');
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The outside world answers ${answer.status}: ${text}`);
  return text;
}
