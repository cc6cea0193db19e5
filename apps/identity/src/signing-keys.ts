import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './database.js';

/** RFC 9864's name of EdDSA over this curve: a verifier that pins it takes no other curve. */
export const ALGORITHM = 'Ed25519';

/** Services ask for the keys at most once in 30 s. A key that signed earlier might meet one that does not know it yet. */
const PUBLISHED_BEFORE_S = 60;
/** What a key has signed is accepted for five minutes. */
const PUBLISHED_AFTER_S = 600;

/** Starts that come at the same time make the keys once, and rotations take turns. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('waybill.identity.keys', 0))";

const READ_KEYS = `
  SELECT jwk FROM signing_keys
   WHERE signed_until IS NULL OR signed_until > now() - make_interval(secs => ${PUBLISHED_AFTER_S})
   -- The one that signs comes first: oidc-provider takes the first that fits.
   ORDER BY (signs_from IS NOT NULL AND signed_until IS NULL) DESC, published_at, kid`;

/** Every key that is to be published, with its private part. The first one signs. */
export const readKeys = async (database: Pool): Promise<JWK[]> =>
  (await database.query<{ jwk: JWK }>(READ_KEYS)).rows.map(({ jwk }) => jwk);

/** Makes the first two keys. Where there are keys it does nothing. */
export const ensureKeys = (database: Pool): Promise<void> =>
  inTransaction(database, async (client) => {
    await client.query(LOCK);
    const { rowCount } = await client.query('SELECT 1 FROM signing_keys LIMIT 1');
    if (rowCount) return;
    await insertKey(client, { signs: true });
    await insertKey(client, { signs: false });
  });

/** Why a rotation is refused at this moment. */
export class TooSoon extends Error {
  override readonly name = 'TooSoon';
  constructor(readonly seconds: number) {
    super(`The next key was published a moment ago, and services may not know it yet: rotate again in ${seconds} s.`);
  }
}

const NEXT_IS_READY = `
  SELECT ceil(greatest(0, $1 - extract(epoch FROM now() - published_at)))::int AS seconds
    FROM signing_keys WHERE signs_from IS NULL`;

/**
 * The next key signs from now on, and another one is published as the next. The old one stays published until all that it
 * has signed has expired. Processes that run notice it by themselves. Throws TooSoon. Resolves with the kid that signs.
 */
export const rotate = (database: Pool): Promise<string> =>
  inTransaction(database, async (client) => {
    await client.query(LOCK);
    const { rows } = await client.query<{ seconds: number }>(NEXT_IS_READY, [PUBLISHED_BEFORE_S]);
    if (!rows[0]) throw new Error('There is no next key: start apps/identity once, which makes the first ones.');
    if (rows[0].seconds > 0) throw new TooSoon(rows[0].seconds);
    await client.query('UPDATE signing_keys SET signed_until = now() WHERE signs_from IS NOT NULL AND signed_until IS NULL');
    const signing = await client.query<{ kid: string }>(
      'UPDATE signing_keys SET signs_from = now() WHERE signs_from IS NULL RETURNING kid',
    );
    await insertKey(client, { signs: false });
    await client.query('DELETE FROM signing_keys WHERE signed_until <= now() - make_interval(secs => $1)', [PUBLISHED_AFTER_S]);
    return signing.rows[0]!.kid;
  });

async function insertKey(client: PoolClient, { signs }: { signs: boolean }): Promise<void> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  await client.query(`INSERT INTO signing_keys (kid, jwk, signs_from) VALUES ($1, $2, ${signs ? 'now()' : 'NULL'})`, [
    kid,
    JSON.stringify({ ...jwk, kid, alg: ALGORITHM, use: 'sig' }),
  ]);
}
