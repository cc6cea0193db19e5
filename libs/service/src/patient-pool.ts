import pg from 'pg';

/** invalid_password */
const REFUSED = '28P01';
/**
 * A rotation changes the password at the server and then in the file, some milliseconds later. Who signs in between has the old one, and
 * is refused. A password that is still refused after this time is wrong.
 */
const WRONG_AFTER_MS = 1_000;
const AGAIN_AFTER_MS = 25;

type Connected = Parameters<pg.Pool['connect']>[0];

/** A pool that signs in again for a moment, with the password of that moment, when the server refuses the one that it had. */
export class PatientPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<pg.PoolClient> | void {
    if (connected) return this.#signIn(connected);
    return new Promise((resolve, reject) => {
      this.#signIn((error, client) => (error ? reject(error) : resolve(client!)));
    });
  }

  #signIn(connected: Connected, refusedAt?: number): void {
    super.connect((error, client, release) => {
      const since = refusedAt ?? performance.now();
      const refused = (error as { code?: unknown } | undefined)?.code === REFUSED;
      if (!refused || performance.now() - since > WRONG_AFTER_MS) connected(error, client, release);
      else setTimeout(() => this.#signIn(connected, since), AGAIN_AFTER_MS);
    });
  }
}
