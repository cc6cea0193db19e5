import { actsForOthers, type Identity, invalid, ownerFor, Problem } from '@waybill/service';
import { email as address, type OrderRequest, type OwnedOrderRequest } from './order-request.js';

/**
 * Says whose an order is. A program names the customer that it asks for. A customer orders for nobody else, and the mails go to
 * the address that the issuer has verified: so nobody has us write to a stranger.
 */
export function orderFor(caller: Identity, { customerId, email, ...order }: OrderRequest): OwnedOrderRequest {
  if (actsForOthers(caller)) return { customerId: given('customerId', customerId), email: given('email', email), ...order };

  if (customerId !== undefined && customerId !== caller.subject)
    throw new Problem(403, 'The order would be for another customer: leave customerId out.');
  if (email !== undefined && email !== caller.email)
    throw new Problem(403, 'The mails would go to an address that is not verified as yours: leave email out.');
  const verified = address.safeParse(caller.email);
  if (!verified.success) throw new Problem(403, 'Your account has no verified e-mail address that we can send mails to.');
  return { customerId: caller.subject, email: verified.data, ...order };
}

/** Whose orders a list is of. */
export function listedFor(caller: Identity, customerId: string | undefined): string {
  const owner = ownerFor(caller);
  if (owner === null) return given('customerId', customerId);
  if (customerId !== undefined && customerId !== owner)
    throw new Problem(403, 'These are the orders of another customer: leave customerId out.');
  return owner;
}

/** Why an order is cancelled, in the words of a caller who may say so. Undefined: the customer wishes it. */
export function reasonFor(caller: Identity, reason: string | undefined): string | undefined {
  const bySupport = caller.roles.includes('support') && !actsForOthers(caller);
  if (bySupport) return given('reason', reason);
  if (reason !== undefined) throw wrong('reason', 'is what support gives: leave it out');
  return undefined;
}

function given(field: string, value: string | undefined): string {
  if (value === undefined) throw wrong(field, 'is required, because you ask for somebody else');
  return value;
}

const wrong = (field: string, message: string) => invalid([{ path: [field], message }]);
