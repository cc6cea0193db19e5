import type { Pool } from 'pg';
import { hashPassword, isPassword } from './passwords.js';

/** What a token says of a person. */
export interface Person {
  readonly sub: string;
  readonly email: string | null;
  readonly roles: readonly string[];
}

type Known = Person & { readonly password_hash: string };

/** The people of the demo, by the name with which they sign in. A company's own issuer has its own. */
const PEOPLE: Readonly<Record<string, Person>> = {
  customer: { sub: 'customer-1', email: 'customer@example.com', roles: ['customer'] },
  'customer-2': { sub: 'customer-2', email: 'customer-2@example.com', roles: ['customer'] },
  support: { sub: 'support', email: null, roles: ['support'] },
  operator: { sub: 'operator', email: null, roles: ['operator'] },
};

const FIND = 'SELECT sub, email, roles, password_hash FROM people WHERE';

/** With the hash of the password, for the sign-in. */
export const findByLogin = async (database: Pool, login: string): Promise<Known | undefined> =>
  (await database.query<Known>(`${FIND} login = $1`, [login])).rows[0];

export const findBySub = async (database: Pool, sub: string): Promise<Person | undefined> =>
  (await database.query<Known>(`${FIND} sub = $1`, [sub])).rows[0];

const SAVE_PERSON = `
  INSERT INTO people (sub, login, email, roles, password_hash) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (sub) DO UPDATE SET
    login = EXCLUDED.login, email = EXCLUDED.email, roles = EXCLUDED.roles, password_hash = EXCLUDED.password_hash`;

/** Makes the demo's people, and gives each the password that the secrets have now. A password that is the same keeps its hash. */
export async function savePeople(database: Pool, passwords: Readonly<Record<string, string>>): Promise<void> {
  for (const [login, { sub, email, roles }] of Object.entries(PEOPLE)) {
    const password = passwords[login];
    if (password === undefined) throw new Error(`There is no password for ${login}.`);
    const known = await findByLogin(database, login);
    const hash = known && (await isPassword(password, known.password_hash)) ? known.password_hash : await hashPassword(password);
    await database.query(SAVE_PERSON, [sub, login, email, roles, hash]);
  }
}
