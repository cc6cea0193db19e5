import { Agent } from 'undici';

/** What a caller needs of an instance's TLS: the CA's certificate, and a key with its certificate, in PEM. Undefined: it is off. */
export type CallerTls = { readonly ca: string; readonly probe: string } | undefined;

/** By the pair: a test and a tool call some hundred times. */
const agents = new Map<string, Agent>();

/**
 * Asks a process of an instance at its own port, past the balancers. A replica lets nobody in without a certificate; whoever asks for
 * none is not shown it.
 */
export function askPort(tls: CallerTls, port: number, path: string, request: RequestInit = {}): Promise<Response> {
  if (!tls) return fetch(`http://127.0.0.1:${port}${path}`, request);
  const { ca, probe } = tls;
  let agent = agents.get(probe);
  if (!agent) agents.set(probe, (agent = new Agent({ connect: { ca, key: probe, cert: probe } })));
  // The types of Node's own undici are of another version.
  return fetch(`https://127.0.0.1:${port}${path}`, {
    ...request,
    dispatcher: agent as unknown as NonNullable<RequestInit['dispatcher']>,
  });
}
