import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const believed = new Set<string>();

/**
 * From then on this process believes a CA, beside those that Node brings: `fetch` takes no CA with a request. Once is enough for each.
 * @param ca the CA's certificate, in PEM; undefined: there is none, because TLS is off
 */
export function believe(ca: string | undefined): void {
  if (ca === undefined || believed.has(ca)) return;
  believed.add(ca);
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}
