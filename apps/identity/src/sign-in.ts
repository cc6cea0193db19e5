import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { hashPassword, isPassword } from './passwords.js';
import { findByLogin } from './people.js';
import type { SignInLimit } from './sign-in-limit.js';

export type SignedIn =
  | { readonly as: string }
  | { readonly refused: 'wrong' }
  | { readonly refused: 'wait'; readonly waitMs: number }
  | { readonly refused: 'busy' };

/** Each check takes 32 MB and a thread. More than that at once would slow down every other request of the process. */
const CHECKS_AT_ONCE = 4;

/** Compares a name and a password. A name that nobody has costs the same time, and gets the same answer, as a wrong password. */
export class SignIn {
  private checks = 0;
  private readonly nobodys = hashPassword(randomBytes(32).toString('base64url'));

  constructor(
    private readonly database: Pool,
    private readonly limit: SignInLimit,
  ) {}

  async withPassword(login: string, password: string, address: string): Promise<SignedIn> {
    if (this.checks >= CHECKS_AT_ONCE) return { refused: 'busy' };
    this.checks += 1;
    try {
      const waitMs = await this.limit.take(login, address);
      if (waitMs > 0) return { refused: 'wait', waitMs };
      const person = await findByLogin(this.database, login);
      const right = await isPassword(password, person?.password_hash ?? (await this.nobodys));
      if (!person || !right) return { refused: 'wrong' };
      await this.limit.giveBack(login, address);
      return { as: person.sub };
    } finally {
      this.checks -= 1;
    }
  }
}
