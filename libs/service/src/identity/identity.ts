import { text } from '@waybill/contracts';
import type { JWTPayload } from 'jose';
import { z } from 'zod';

/** What somebody may be. A token may name several. */
export const ROLES = ['customer', 'support', 'operator', 'machine'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as an access token says that the issuer knows them. */
export interface Identity {
  /** Of a customer it is the customer's id. */
  readonly subject: string;
  readonly roles: readonly Role[];
  /** The program that the token was made for. */
  readonly client: string;
  /** An address that the issuer has verified. Customers have one. */
  readonly email: string | undefined;
}

// A role that is not known gives no right, and an issuer may have more of them than we do.
const claims = z.object({
  sub: text(64),
  client_id: text(255),
  roles: z.array(z.string()).transform((names) => ROLES.filter((role) => names.includes(role))),
  email: z.string().max(254).optional(),
});

/** Reads the claims of a token whose signature, issuer, audience and times are right. Undefined: they say nobody. */
export function identityIn(payload: JWTPayload): Identity | undefined {
  const { success, data } = claims.safeParse(payload);
  return success ? { subject: data.sub, roles: data.roles, client: data.client_id, email: data.email } : undefined;
}
