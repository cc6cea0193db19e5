/** RabbitMQ's page and interface, and who may change users there. */
export interface Management {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const ANSWER_WITHIN_MS = 30_000;

/**
 * Has a broker that runs take over users and rights, as it does from its own file at its start. What they say is there afterwards;
 * what they do not name stays, and so do queues, messages and connections. The same again changes nothing but the passwords' salt.
 */
export async function loadDefinitions({ url, user, password }: Management, definitions: string): Promise<void> {
  const response = await fetch(`${url}/api/definitions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    body: definitions,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (response.ok) return;
  const again = response.status === 401 ? ' A broker of an earlier version knows no administrator yet: restart it once.' : '';
  throw new Error(`RabbitMQ did not take over users and rights (${response.status} ${await response.text()}).${again}`);
}
