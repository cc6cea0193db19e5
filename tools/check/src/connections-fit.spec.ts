import { describe, expect, it } from '@jest/globals';
import { connectionProblems } from './connections-fit.ts';

const files = {
  pools: `const POOL_SIZES = {\n  /** Routes. */\n  requests: 4,\n  relay: 2,\n};`,
  rights: `ALTER ROLE :"app" CONNECTION LIMIT 60;\nALTER ROLE :"migrator" CONNECTION LIMIT 2;`,
  observer: `CREATE ROLE :"observer" LOGIN CONNECTION LIMIT 5 NOSUPERUSER;`,
  identity: `ALTER ROLE :"app" CONNECTION LIMIT 20;`,
  configuration: 'max_connections = 216',
};

describe('the connections of ten replicas of each service', () => {
  it('fit, to the last one', () => {
    expect(connectionProblems(files, 3)).toEqual([]);
  });

  it('are refused by their role when a pool grows', () => {
    expect(connectionProblems({ ...files, pools: files.pools.replace('relay: 2', 'relay: 3') }, 3)).toEqual([
      '10 replicas with 7 connections each are more than the 60 of their role (infra/postgres/rights.sql)',
    ]);
  });

  it('are refused by the server when there is a service more', () => {
    expect(connectionProblems(files, 4)).toEqual([
      'the limits of all roles are 278 in sum, and PostgreSQL takes 216 (infra/postgres/postgresql.conf)',
    ]);
  });

  it.each(['pools', 'rights', 'observer', 'identity', 'configuration'])('cannot be added up without %s', (missing) => {
    expect(connectionProblems({ ...files, [missing]: '' }, 3)).toEqual([
      'a pool, a CONNECTION LIMIT or max_connections is not where it was',
    ]);
  });
});
