import { SERVICES } from '@waybill/contracts';
import { DATABASE_OWNERS } from './databases.ts';

/** The name of the folder, in an instance's secrets and in each container's, that holds what TLS needs. */
export const TLS_FOLDER = 'tls';
/** Whom a party believes: the certificate of the instance's own CA. */
export const CA_FILE = 'ca.pem';
/** Who a party is: its private key and its certificate. One file, so that a new pair takes the place of the old one in one step. */
export const PAIR_FILE = 'key-and-certificate.pem';

/** What a party does with its certificate. One that does neither only believes those of others, and has none. */
export interface Party {
  readonly serves?: true;
  /** It may call those who let nobody in without a certificate: the replicas of the services. */
  readonly calls?: true;
  /** Names beside its own, under which it is reached. */
  readonly alsoNamed?: readonly string[];
}

/** The stack itself and the health checks of containers ask a process whether it is ready. */
export const PROBE = 'probe';

const SERVES: Party = { serves: true };
const balancer = (names: readonly string[]): Party => ({ serves: true, calls: true, alsoNamed: names });

/**
 * Everybody who has a certificate. A service's own is for serving alone: who has taken a service over cannot call the port of another
 * one with it.
 * @param edgeNames under which browsers reach the balancers
 */
export const parties = (edgeNames: readonly string[]): Readonly<Record<string, Party>> => ({
  postgres: SERVES,
  rabbitmq: SERVES,
  kafka: SERVES,
  'outside-world': SERVES,
  identity: SERVES,
  ...Object.fromEntries(SERVICES.map((service) => [service, SERVES])),
  console: { serves: true, calls: true },
  nginx: balancer(edgeNames),
  haproxy: balancer(edgeNames),
  prometheus: { serves: true, calls: true },
  'postgres-exporter': SERVES,
  'nginx-exporter': SERVES,
  [PROBE]: { calls: true },
});

/** Who calls others over TLS, and has no certificate: PostgreSQL and the brokers let them in by their passwords. */
export const BELIEVERS: readonly string[] = [
  'databases',
  'deploy',
  'grafana',
  ...DATABASE_OWNERS.map((owner) => `migrate-${owner}`),
];
