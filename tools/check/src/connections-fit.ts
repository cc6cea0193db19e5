export interface ConnectionFiles {
  /** libs/service/src/database.ts: the pools of a replica. */
  readonly pools: string;
  /** infra/postgres: rights.sql, observer.sql, identity.sql and postgresql.conf. */
  readonly rights: string;
  readonly observer: string;
  /** The issuer's own limit. */
  readonly identity: string;
  readonly configuration: string;
}

/** As many replicas of a service as have to fit, all of them with every connection that their pools may open. */
const REPLICAS = 10;
/** PostgreSQL's default of `superuser_reserved_connections`, with which a person can still sign in when all others are taken. */
const FOR_SUPERUSERS = 3;

/** Where ten replicas of each service would be refused, by their role or by the server. */
export function connectionProblems(files: ConnectionFiles, services: number): string[] {
  const sizes = /POOL_SIZES = \{([^}]*)\}/.exec(files.pools)?.[1] ?? '';
  const replica = [...sizes.matchAll(/^\s*\w+: (\d+),/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
  const app = limitOf(files.rights, 'app');
  const migrator = limitOf(files.rights, 'migrator');
  const observer = limitOf(files.observer, 'observer');
  const most = Number(/^max_connections = (\d+)/m.exec(files.configuration)?.[1]);
  const issuer = limitOf(files.identity, 'app') + migrator;
  const all = services * (app + migrator) + issuer + observer + FOR_SUPERUSERS;
  if (!(replica > 0 && all > 0 && most > 0)) return ['a pool, a CONNECTION LIMIT or max_connections is not where it was'];
  return [
    ...(REPLICAS * replica > app
      ? [
          `${REPLICAS} replicas with ${replica} connections each are more than the ${app} of their role (infra/postgres/rights.sql)`,
        ]
      : []),
    ...(all > most
      ? [`the limits of all roles are ${all} in sum, and PostgreSQL takes ${most} (infra/postgres/postgresql.conf)`]
      : []),
  ];
}

const limitOf = (sql: string, role: string): number =>
  Number(new RegExp(`ROLE :"${role}" [^;]*CONNECTION LIMIT (\\d+)`).exec(sql)?.[1]);
