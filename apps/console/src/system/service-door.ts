import { Agent } from 'undici';
import { pairIn, type Tls } from '../tls.js';

/** How long a connection stays, and with it the certificate that was shown on it. */
const CONNECTIONS_LAST_MS = 3_600_000;

/** How to ask a replica. The services let nobody in without a certificate, and each shows one with the name of its service. */
export class ServiceDoor {
  readonly #agents = new Map<string, { readonly agent: Agent; readonly madeAt: number }>();

  /** @param tls left out: they speak clear text */
  constructor(private readonly tls?: Tls) {}

  url(address: string, path: string): string {
    return `${this.tls ? 'https' : 'http'}://${address}${path}`;
  }

  /** What `fetch` takes for it. An address says nothing of who answers there: the name that the certificate must have is the service's. */
  through(service: string): Pick<RequestInit, 'dispatcher'> {
    if (!this.tls) return {};
    const known = this.#agents.get(service);
    if (known && Date.now() - known.madeAt < CONNECTIONS_LAST_MS) return given(known.agent);
    const { ca } = this.tls;
    const agent = new Agent({ connect: { ca, ...pairIn(this.tls), servername: service } });
    this.#agents.set(service, { agent, madeAt: Date.now() });
    // What is in hand ends.
    void known?.agent.close();
    return given(agent);
  }
}

/** The types of Node's own undici are of another version. */
const given = (agent: Agent) => ({ dispatcher: agent as unknown as NonNullable<RequestInit['dispatcher']> });
