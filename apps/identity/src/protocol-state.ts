import { createHash } from 'node:crypto';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Pool } from 'pg';

const UPSERT = `
  INSERT INTO protocol_state (model, id, payload, grant_id, session_uid, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
  ON CONFLICT (model, id) DO UPDATE SET
    payload = EXCLUDED.payload, grant_id = EXCLUDED.grant_id, session_uid = EXCLUDED.session_uid, expires_at = EXCLUDED.expires_at`;

/** What has expired is not there, whether housekeeping has come to it or not. */
const FIND = `
  SELECT payload, extract(epoch FROM consumed_at)::int AS consumed FROM protocol_state
   WHERE model = $1 AND expires_at > now() AND`;

/**
 * The lock of the row decides: of two requests with the same code or refresh token one gets it. The other waits here until the
 * first has committed, finds `consumed_at` set, and changes no row. A crash before the commit leaves it unused.
 */
const CONSUME = `
  UPDATE protocol_state SET consumed_at = now()
   WHERE model = $1 AND id = $2 AND consumed_at IS NULL`;

/** An hour: so nothing takes the place of what has no time, which oidc-provider's models all have here. */
const WITHOUT_TIME_S = 3_600;

/**
 * Where oidc-provider keeps sessions, codes, refresh tokens and grants: a restart or a `kill -9` of this process loses none. What a
 * browser or a client holds is kept as its hash, so that a copy of the table opens nothing.
 */
export class ProtocolState implements Adapter {
  constructor(
    private readonly database: Pool,
    private readonly model: string,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> {
    const { jti: _, ...kept } = payload;
    const sessionUid = this.model === 'Session' ? (payload.uid ?? null) : null;
    await this.database.query(UPSERT, [
      this.model,
      hashOf(id),
      JSON.stringify(kept),
      payload.grantId ?? null,
      sessionUid,
      expiresIn ?? WITHOUT_TIME_S,
    ]);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await this.read('id = $2', hashOf(id));
    return row && { ...row, jti: id };
  }

  /** Without the id that its browser holds: a caller that knows a session by its uid only asks who is signed in. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read('session_uid = $2', uid);
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const { rowCount } = await this.database.query(CONSUME, [this.model, hashOf(id)]);
    if (rowCount === 0) throw new errors.InvalidGrant('it was used at the same moment by another request');
  }

  async destroy(id: string): Promise<void> {
    await this.database.query('DELETE FROM protocol_state WHERE model = $1 AND id = $2', [this.model, hashOf(id)]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.database.query('DELETE FROM protocol_state WHERE model = $1 AND grant_id = $2', [this.model, grantId]);
  }

  private async read(condition: string, value: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.database.query<{ payload: AdapterPayload; consumed: number | null }>(`${FIND} ${condition}`, [
      this.model,
      value,
    ]);
    const row = rows[0];
    return row && { ...row.payload, ...(row.consumed !== null && { consumed: row.consumed }) };
  }
}

const hashOf = (id: string): string => createHash('sha256').update(id).digest('base64url');

/** Deletes what has expired. */
export async function forgetExpired(database: Pool): Promise<void> {
  await database.query('DELETE FROM protocol_state WHERE expires_at <= now()');
}
