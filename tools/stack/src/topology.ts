import { SERVICES, type ServiceName } from '@waybill/contracts';
import { IDENTITY, type DatabaseOwner } from '@waybill/deploy';
import { factsOf, forEachService } from './service-facts.ts';

/**
 * What runs, how often, on which ports and after what. The native start works from this file, and the compose file
 * is checked against it.
 */
export interface Part {
  /** What kind of process it is: which file in `servers/` knows how to start it. */
  readonly runs:
    | 'postgres'
    | 'rabbitmq'
    | 'kafka'
    | 'nginx'
    | 'haproxy'
    | 'prometheus'
    | 'postgres-exporter'
    | 'nginx-exporter'
    | 'app'
    | 'step';
  /** Ports by name, each with its default on the default instance. A replica's port is the first one plus its index. */
  readonly ports: Readonly<Record<string, number>>;
  /** How many of it; their names then end in `-1`, `-2` as compose makes them. Left out: one, without a number. */
  readonly replicas?: number;
  /** What must be ready before it starts. */
  readonly after: readonly string[];
  /** An app's or step's own script, from the project's folder. */
  readonly script?: string;
  /** Which service of `libs/contracts` it belongs to: decides its database, its users and its passwords. */
  readonly service?: ServiceName;
  /** Whose database it opens, where that is no service's. */
  readonly database?: DatabaseOwner;
  /** The compose profile that it belongs to. Such a part is started only when it is asked for by name. */
  readonly profile?: string;
  /** It only looks at the others: what needs no figures and no alerts runs without it. */
  readonly observes?: true;
}

const migrations = (service: ServiceName): Part => ({
  runs: 'step',
  ports: {},
  after: ['postgres'],
  script: `apps/${service}/dist/migrate.js`,
  service,
});

const service = (name: ServiceName): Part => ({
  runs: 'app',
  ports: { http: factsOf(name).port },
  replicas: 2,
  after: [`migrate-${name}`, 'deploy', 'outside-world'],
  script: `apps/${name}/dist/main.js`,
  service: name,
});

export const topology = {
  postgres: { runs: 'postgres', ports: { sql: 28432 }, after: [] },
  rabbitmq: {
    runs: 'rabbitmq',
    ports: { amqp: 28672, management: 28673, metrics: 28674, epmd: 28675, distribution: 28676 },
    after: [],
  },
  kafka: { runs: 'kafka', ports: { kafka: 28092, controller: 28093 }, after: [] },
  'outside-world': { runs: 'app', ports: { http: 8090, smtp: 28025 }, after: [], script: 'apps/outside-world/dist/main.js' },
  ...forEachService((name) => [`migrate-${name}`, migrations(name)]),
  'migrate-identity': {
    runs: 'step',
    ports: {},
    after: ['postgres'],
    script: 'apps/identity/dist/migrate.js',
    database: IDENTITY,
  },
  // Services ask it for its keys and go on without it: they wait for nothing of it.
  identity: {
    runs: 'app',
    // Browsers come by the first, which is the issuer's name, and processes by the second.
    ports: { http: 8091, https: 28091 },
    after: ['migrate-identity'],
    script: 'apps/identity/dist/main.js',
    database: IDENTITY,
  },
  deploy: { runs: 'step', ports: {}, after: ['rabbitmq', 'kafka'], script: 'tools/deploy/src/main.ts' },
  ...forEachService((name) => [name, service(name)]),
  // Needs nobody, and nobody needs it: whoever is away is what it shows.
  console: { runs: 'app', ports: { http: 28180, feed: 28181 }, after: [], script: 'apps/console/dist/main.js', observes: true },
  nginx: {
    runs: 'nginx',
    ports: { edge: 8080, operations: 8081, https: 8443, 'operations-https': 8444 },
    after: SERVICES,
  },
  haproxy: {
    runs: 'haproxy',
    ports: { edge: 8082, operations: 8083, https: 8445, 'operations-https': 8446 },
    after: [...SERVICES, 'nginx'],
    profile: 'haproxy',
  },
  // With the services, which wait for the same: earlier it would miss what is only not there yet.
  prometheus: { runs: 'prometheus', ports: { http: 28190 }, after: ['deploy'], observes: true },
  'postgres-exporter': { runs: 'postgres-exporter', ports: { metrics: 28191 }, after: ['postgres'], observes: true },
  'nginx-exporter': { runs: 'nginx-exporter', ports: { metrics: 28192 }, after: ['nginx'], observes: true },
} as const satisfies Record<string, Part>;

/** The names of the parts that do the work, for a start without those that only look on. */
export const withoutObservers: readonly string[] = Object.entries<Part>(topology)
  .filter(([, { observes, profile }]) => !observes && !profile)
  .map(([name]) => name);

/** One process of the topology: `order-2` is the second replica of the part `order`. */
export interface Unit {
  readonly name: string;
  readonly partName: string;
  readonly part: Part;
  /** Counts from 1. */
  readonly replica: number;
}

/** Which parts of the topology are meant. */
export interface Choice {
  /** These parts and no other. */
  readonly only?: readonly string[];
  /** Parts of a profile beside everything else. */
  readonly with?: readonly string[];
}

/** The processes of a choice, in the order of the topology: without a word, all but those of a profile. */
export function units(parts: Readonly<Record<string, Part>> = topology, { only, with: added = [] }: Choice = {}): Unit[] {
  const unknown = [...(only ?? []), ...added].filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', no ')}: choose from ${Object.keys(parts).join(', ')}.`);
  return everyUnit(parts).filter(
    ({ partName, part }) => added.includes(partName) || (only ? only.includes(partName) : part.profile === undefined),
  );
}

/** The processes of every part, whether it belongs to a profile or not. */
export const everyUnit = (parts: Readonly<Record<string, Part>> = topology): Unit[] =>
  Object.entries(parts).flatMap(([partName, part]) =>
    Array.from({ length: part.replicas ?? 1 }, (_, index) => ({
      name: part.replicas === undefined ? partName : `${partName}-${index + 1}`,
      partName,
      part,
      replica: index + 1,
    })),
  );

/** Every replica of every service: the first ones, then the second ones. */
export const serviceReplicas = (): string[] =>
  units(undefined, { only: SERVICES })
    .toSorted((one, other) => one.replica - other.replica)
    .map(({ name }) => name);

/** The key of a unit's port in the port map: `rabbitmq.amqp`, `order-2.http`. */
export const portKey = (unit: string, port: string) => `${unit}.${port}`;

/** The default port of everything that has one. */
export function defaultPorts(parts: Readonly<Record<string, Part>> = topology): Record<string, number> {
  return Object.fromEntries(
    everyUnit(parts).flatMap(({ name, part, replica }) =>
      Object.entries(part.ports).map(([port, first]) => [portKey(name, port), first + replica - 1]),
    ),
  );
}
