import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { text } from 'node:stream/consumers';

/** RabbitMQ's page and interface, and who may change users there. */
export interface Management {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The certificate of the CA to believe, where the address begins with https. */
  readonly ca?: string | undefined;
}

const ANSWER_WITHIN_MS = 30_000;

/**
 * Has a broker that runs take over users and rights, as it does from its own file at its start. What they say is there afterwards;
 * what they do not name stays, and so do queues, messages and connections. The same again changes nothing but the passwords' salt.
 */
export async function loadDefinitions(management: Management, definitions: string): Promise<void> {
  const { status, said } = await post(management, definitions);
  if (status >= 200 && status < 300) return;
  const again = status === 401 ? ' A broker of an earlier version knows no administrator yet: restart it once.' : '';
  throw new Error(`RabbitMQ did not take over users and rights (${status} ${said}).${again}`);
}

/** Node's own `fetch` cannot be told whom to believe. */
function post({ url, user, password, ca }: Management, body: string): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https:') ? requestOverTls : request;
    const options = {
      method: 'POST',
      auth: `${user}:${password}`,
      headers: { 'content-type': 'application/json' },
      ca,
      agent: false,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    } as const;
    const asked = ask(`${url}/api/definitions`, options, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode!, said }), reject);
    });
    asked.once('error', reject).end(body);
  });
}
