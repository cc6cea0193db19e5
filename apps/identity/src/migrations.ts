import { inTransaction } from './database.js';
import type { Pool } from 'pg';

/** In their order. One that has run never changes: the next change is another one. */
const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '1796900000000-people',
    sql: `
      CREATE TABLE people (
        -- The subject of tokens. It never changes, and no other person ever gets it.
        sub text PRIMARY KEY,
        login text NOT NULL UNIQUE,
        email text,
        roles text[] NOT NULL,
        password_hash text NOT NULL
      );
      -- The app signs people in. It cannot make one, or give one a role.
      REVOKE INSERT, UPDATE, DELETE ON people FROM identity_app;

      CREATE TABLE sign_in_attempts (
        -- A person or an address, as a hash: a password that was typed into the wrong field is not kept here.
        key text PRIMARY KEY,
        attempts integer NOT NULL,
        last_at timestamptz NOT NULL
      )`,
  },
  {
    name: '1796900000001-protocol-state',
    sql: `
      -- What oidc-provider keeps: sessions, codes, refresh tokens, grants, interactions.
      CREATE TABLE protocol_state (
        model text NOT NULL,
        -- The SHA-256 of what a browser or a client holds.
        id text NOT NULL,
        payload jsonb NOT NULL,
        grant_id text,
        session_uid text,
        consumed_at timestamptz,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (model, id)
      );
      CREATE INDEX protocol_state_of_grant ON protocol_state (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX protocol_state_of_session ON protocol_state (session_uid) WHERE session_uid IS NOT NULL;
      CREATE INDEX protocol_state_expired ON protocol_state (expires_at)`,
  },
  {
    name: '1796900000002-signing-keys',
    sql: `
      CREATE TABLE signing_keys (
        kid text PRIMARY KEY,
        jwk jsonb NOT NULL,
        published_at timestamptz NOT NULL DEFAULT now(),
        -- NULL: it is the next one.
        signs_from timestamptz,
        -- NULL: it is the next one, or the one that signs.
        signed_until timestamptz
      );
      -- One signs, one is next.
      CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys ((true)) WHERE signs_from IS NOT NULL AND signed_until IS NULL;
      CREATE UNIQUE INDEX signing_keys_one_is_next ON signing_keys ((true)) WHERE signs_from IS NULL`,
  },
];

/** Any number serves, if all deploys use the same: two deploys at once take turns. */
const LOCK = "pg_advisory_xact_lock(hashtextextended('waybill.identity.migrate', 0))";

/** Brings the tables up to date, all in one transaction, and says what it has applied. */
export const migrate = (database: Pool): Promise<readonly string[]> =>
  inTransaction(database, async (client) => {
    await client.query(`SELECT ${LOCK}`);
    await client.query(
      'CREATE TABLE IF NOT EXISTS applied_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM applied_migrations');
    const pending = MIGRATIONS.filter(({ name }) => !rows.some((row) => row.name === name));
    for (const { name, sql } of pending) {
      await client.query(sql);
      await client.query('INSERT INTO applied_migrations (name) VALUES ($1)', [name]);
    }
    return pending.map(({ name }) => name);
  });
