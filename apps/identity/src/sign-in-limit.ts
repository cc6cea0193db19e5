import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/** Typing errors of a person, and of an office behind one address. */
const FREE_ATTEMPTS = { person: 5, address: 20 };
const LONGEST_WAIT_MS = 15 * 60_000;
/** Attempts are forgotten when none has come for so long. */
const FORGOTTEN_AFTER_S = 3_600;

type Who = { readonly kind: keyof typeof FREE_ATTEMPTS; readonly name: string };

/** $2: free attempts, $3: first wait, $4: longest wait, both in seconds. Each attempt beyond the free ones doubles the wait. */
const WAIT = `make_interval(secs => CASE WHEN known.attempts < $2::int THEN 0
    ELSE least($3::float8 * 2 ^ least(known.attempts - $2::int, 30), $4::float8) END)`;

/**
 * Counts the attempt before the password is checked: a hundred guesses that come at the same moment are counted one after the
 * other by the lock of the row, and all but the free ones change no row. Nothing is written while somebody has to wait, so that
 * asking again does not lengthen the wait.
 */
const TAKE = `
  INSERT INTO sign_in_attempts AS known (key, attempts, last_at) VALUES ($1, 1, now())
  ON CONFLICT (key) DO UPDATE SET
    attempts = CASE WHEN known.last_at < now() - make_interval(secs => ${FORGOTTEN_AFTER_S}) THEN 1 ELSE known.attempts + 1 END,
    last_at = now()
  WHERE known.last_at + ${WAIT} <= now()
  RETURNING attempts`;

const REMAINING = `
  SELECT ceil(1000 * extract(epoch FROM known.last_at + ${WAIT} - now()))::int AS ms FROM sign_in_attempts AS known WHERE key = $1`;

/** How often a name and an address may try to sign in. It is kept in the database: a restart or another replica changes nothing. */
export class SignInLimit {
  constructor(
    private readonly database: Pool,
    private readonly firstWaitMs: number,
  ) {}

  /** Counts an attempt of both. Resolves with how long they have to wait; 0 means that the attempt may be made. */
  async take(login: string, address: string): Promise<number> {
    return (await this.takeOne({ kind: 'address', name: address })) || (await this.takeOne({ kind: 'person', name: login }));
  }

  /** The password was right: the name starts anew, and the address has its attempt back. */
  async giveBack(login: string, address: string): Promise<void> {
    await this.database.query('DELETE FROM sign_in_attempts WHERE key = $1', [keyOf({ kind: 'person', name: login })]);
    await this.database.query('UPDATE sign_in_attempts SET attempts = greatest(attempts - 1, 0) WHERE key = $1', [
      keyOf({ kind: 'address', name: address }),
    ]);
  }

  private async takeOne(who: Who): Promise<number> {
    const values = [keyOf(who), FREE_ATTEMPTS[who.kind], this.firstWaitMs / 1000, LONGEST_WAIT_MS / 1000];
    const { rowCount } = await this.database.query(TAKE, values);
    if (rowCount) return 0;
    const { rows } = await this.database.query<{ ms: number }>(REMAINING, values);
    return Math.max(1, rows[0]?.ms ?? 1);
  }
}

const keyOf = ({ kind, name }: Who): string => `${kind}:${createHash('sha256').update(name).digest('base64url')}`;

/** Deletes attempts that count no more. */
export async function forgetAttempts(database: Pool): Promise<void> {
  await database.query(`DELETE FROM sign_in_attempts WHERE last_at < now() - make_interval(secs => ${FORGOTTEN_AFTER_S})`);
}
