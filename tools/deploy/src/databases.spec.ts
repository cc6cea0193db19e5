import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { splitStatements, substitute } from './databases.ts';

describe('the variables of psql', () => {
  it('become literals and identifiers, with their quotes doubled', () => {
    const values = { user: `o"brien`, password: `it's` };
    expect(substitute(`CREATE ROLE :"user" PASSWORD :'password'`, values)).toBe(`CREATE ROLE "o""brien" PASSWORD 'it''s'`);
  });

  it('leave casts and other colons alone', () => {
    expect(substitute(`SELECT now()::date, 'a:b'`, {})).toBe(`SELECT now()::date, 'a:b'`);
  });

  it('refuse a name that nothing sets', () => {
    expect(() => substitute(`DROP ROLE :"owner"`, { app: 'x' })).toThrow('the variable owner, which nothing sets');
  });
});

describe('a file of SQL', () => {
  it('is split at its semicolons, without comments and empty statements', () => {
    expect(splitStatements('-- first; not a statement\nSELECT 1;\n\n  -- and\nSELECT\n  2;\n;\n')).toEqual([
      'SELECT 1',
      'SELECT\n  2',
    ]);
  });

  it.each(['service.sql', 'rights.sql', 'identity.sql', 'server.sql'])(
    '%s of infra/postgres holds no semicolon inside a statement',
    (file) => {
      const statements = splitStatements(readFileSync(new URL(`../../../infra/postgres/${file}`, import.meta.url), 'utf8'));
      for (const statement of statements) expect(statement).toMatch(/^(CREATE|DROP|ALTER|GRANT|REVOKE) /);
    },
  );
});
