import { SERVICES, type ServiceName } from '@waybill/contracts';

/** What the name of a service does not tell. Its database, users, passwords, steps and replicas follow from the name. */
export interface ServiceFacts {
  /** The default port of its first replica. The second has the next one. */
  readonly port: number;
  /** Where a debugger finds it under `npm run stack -- dev`. */
  readonly debugPort: number;
  /** Which part of the outside world it calls, if any: decides what its environment says of it. */
  readonly calls?: 'provider' | 'mail server';
  /** What a person may set of it: the stack's setting, and the service's variable. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One entry for each of `SERVICES`: the only place beside `libs/contracts` where the tools learn of a service. */
const facts: Readonly<Record<ServiceName, ServiceFacts>> = {
  order: { port: 28110, debugPort: 9229, settings: { WAYBILL_PAYMENT_DEADLINE_MS: 'PAYMENT_DEADLINE_MS' } },
  payment: {
    port: 28120,
    debugPort: 9230,
    calls: 'provider',
    settings: { WAYBILL_PROVIDER_CALL_DEADLINE_MS: 'PROVIDER_CALL_DEADLINE_MS' },
  },
  notification: { port: 28130, debugPort: 9231, calls: 'mail server' },
};

/** Throws a sentence for a service that only the contracts name. */
export function factsOf(service: ServiceName): ServiceFacts {
  const found = facts[service] as ServiceFacts | undefined;
  if (found) return found;
  throw new Error(`libs/contracts has the service ${service}: tools/stack/src/service-facts.ts needs an entry for it.`);
}

/** Something for each service, by a name that is made from the service's. */
export const forEachService = <Name extends string, Made>(
  make: (service: ServiceName) => readonly [name: Name, made: Made],
): Record<Name, Made> => Object.fromEntries(SERVICES.map(make)) as Record<Name, Made>;

const OUTSIDE_WORLD_DEBUG_PORT = 9232;
const IDENTITY_DEBUG_PORT = 9233;
const CONSOLE_DEBUG_PORT = 9240;

/** A debugger finds each of them at the same port every time: .vscode/launch.json names these. */
export const debugPorts: Readonly<Record<string, number>> = {
  ...forEachService((service) => [service, factsOf(service).debugPort]),
  'outside-world': OUTSIDE_WORLD_DEBUG_PORT,
  identity: IDENTITY_DEBUG_PORT,
  console: CONSOLE_DEBUG_PORT,
};
