import { Injectable } from '@nestjs/common';
import { SERVICES, type ServiceName } from '@waybill/contracts';
import { ask } from '../ask.js';
import { Problem } from '../problem.js';
import { whoAsks } from '../sign-in/require-session.js';
import { Replicas } from '../system/replicas.js';
import { ServiceDoor } from '../system/service-door.js';

/** Above the ten seconds that PostgreSQL gives a statement of a service. */
const ACT_WITHIN_MS = 12_000;

interface ProblemBody {
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** What every service answered, and who of them did not. */
export interface OfEach<T> {
  readonly found: readonly (T & { readonly service: ServiceName })[];
  readonly problems: readonly { readonly service: ServiceName; readonly detail: string }[];
}

/** The services' routes for the people who run them. Each replica tells of its service's one database, so one is asked. */
@Injectable()
export class Operations {
  constructor(
    private readonly replicas: Replicas,
    private readonly door: ServiceDoor,
  ) {}

  /** Asks a replica that is up. A body makes it a POST. Throws what the service says no with. */
  async ask<T>(service: ServiceName, path: string, body?: unknown): Promise<T> {
    return this.#askAt(await this.#addresses(), service, path, body);
  }

  /** Asks every service for a list. One that does not answer is named, and the others' lists are there. */
  async askEach<T extends object>(path: string): Promise<OfEach<T>> {
    const addresses = await this.#addresses();
    const found: OfEach<T>['found'][number][] = [];
    const problems: OfEach<T>['problems'][number][] = [];
    await Promise.all(
      SERVICES.map(async (service) => {
        try {
          found.push(...(await this.#askAt<T[]>(addresses, service, path)).map((each) => ({ ...each, service })));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          problems.push({ service, detail: error.detail });
        }
      }),
    );
    return { found, problems };
  }

  async #addresses(): Promise<ReadonlyMap<string, string>> {
    const up = (await this.replicas.look()).filter((replica) => replica.up);
    return new Map(up.map(({ service, address }) => [service, address]));
  }

  async #askAt<T>(addresses: ReadonlyMap<string, string>, service: ServiceName, path: string, body?: unknown): Promise<T> {
    const address = addresses.get(service);
    if (address === undefined) throw new Problem(502, `No replica of ${service} answers.`);
    // In the person's own name: the service keeps who did it, and decides whether that person may.
    const token = await whoAsks()?.token();
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request =
      body === undefined
        ? { headers: authorization }
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...authorization },
            body: JSON.stringify(body),
          };
    const answer = await ask(
      `The service ${service}`,
      this.door.url(address, `/operations/${path}`),
      { ...request, ...this.door.through(service) },
      ACT_WITHIN_MS,
    );
    if (answer.status === 200) return answer.body as T;
    const { detail, errors } = (answer.body ?? {}) as ProblemBody;
    throw new Problem(answer.status, detail ?? `The service ${service} refused it.`, errors);
  }
}

/** The service that a path names. */
export function serviceIn(text: string): ServiceName {
  const found = SERVICES.find((service) => service === text);
  if (!found) throw new Problem(404, `There is no service of that name: there are ${SERVICES.join(', ')}.`);
  return found;
}
