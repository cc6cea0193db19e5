import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { testStack } from './stack.js';

/** What `fetch` needs to be let in by a service: the certificate of the stack's own probe. Nothing where TLS is off. */
export function asProbe(): Pick<RequestInit, 'dispatcher'> {
  const { tls } = testStack();
  if (!tls) return {};
  const { ca, probe } = tls;
  const agent = new Agent({ connect: { ca, key: probe, cert: probe } });
  // The types of Node's own undici are of another version.
  return { dispatcher: agent as unknown as NonNullable<RequestInit['dispatcher']> };
}

/** The key and the certificate of a party of the test's stack, in one PEM. Undefined where TLS is off. */
export function pairOf(party: string): string | undefined {
  const { tls } = testStack();
  return tls && readFileSync(join(tls.dir, party, 'key-and-certificate.pem'), 'utf8');
}
