import type { ChargeLine } from './charge-line.js';
import { paymentMethod } from './payment-methods.js';

export interface ChargeRequest {
  readonly idempotencyKey: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

export interface ReversalRequest {
  readonly idempotencyKey: string;
  readonly reference: string;
}

/** A new line of the ledger, and the earlier line whose answer it repeats, if it does. */
export interface Entry {
  readonly line: ChargeLine;
  readonly answer: ChargeLine;
}

/** The call contradicts an earlier one: same key or same reference, but not the same charge. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** Why a charge is declined that arrives after the reversal of its reference. */
const CLOSED = 'closed';

type Settled = 'charged' | 'declined' | 'refunded' | 'closed';

/**
 * What the provider knows, made from its ledger lines alone: every method decides on the next line and takes it in, without
 * waiting for anything in between, so that of two calls at the same time one comes first.
 */
export class ChargeBook {
  private seq = 0;
  /** The line that gave a key its answer. */
  private readonly keys = new Map<string, ChargeLine>();
  /** The newest line that changed what is known of a reference. */
  private readonly references = new Map<string, ChargeLine & { outcome: Settled }>();
  /** Keys whose first call was cut off before the charge. */
  private readonly cutOff = new Set<string>();

  constructor(lines: readonly ChargeLine[] = []) {
    for (const line of lines) this.take(line);
  }

  /** Moves the money once per key and once per reference. A closed or refunded reference is never charged again. */
  charge(request: ChargeRequest, at: string): Entry {
    const { idempotencyKey, reference, amount, currency } = request;
    const said = this.keys.get(idempotencyKey);
    if (said) return this.repeat(request, said, at);

    const call = {
      at,
      kind: 'charge',
      reference,
      idempotencyKey,
      amount,
      currency,
      paymentMethod: request.paymentMethod,
    } as const;
    const known = this.references.get(reference);
    if (known?.outcome === 'closed' || known?.outcome === 'refunded')
      return this.add({ ...call, effect: false, answered: true, outcome: 'declined', reason: CLOSED });
    if (known) return this.repeat(request, known, at);

    const { declines, firstCall } = paymentMethod(request.paymentMethod);
    if (declines) return this.add({ ...call, effect: false, answered: true, outcome: 'declined', reason: declines });
    if (firstCall === 'cut off before the charge' && !this.cutOff.has(idempotencyKey))
      return this.add({ ...call, effect: false, answered: false, outcome: 'lost' });
    return this.add({ ...call, effect: true, answered: firstCall !== 'cut off after the charge', outcome: 'charged' });
  }

  /** What became of a reference. Says nothing of a call that is still on its way here. */
  lookUp(reference: string, at: string): Entry {
    const known = this.references.get(reference);
    const { amount = null, currency = null, outcome = 'none', reason } = known ?? {};
    const call = {
      at,
      kind: 'lookup',
      reference,
      idempotencyKey: null,
      amount,
      currency,
      effect: false,
      answered: true,
    } as const;
    return this.add({ ...call, outcome, ...(reason && { reason }) });
  }

  /** Gives back what was charged, once; closes a reference that was not, so that no later charge of it succeeds. */
  reverse({ idempotencyKey, reference }: ReversalRequest, at: string): Entry {
    const said = this.keys.get(idempotencyKey);
    if (said && (said.kind !== 'refund' || said.reference !== reference))
      throw new Conflict('This Idempotency-Key was used for another call.');

    const known = this.references.get(reference);
    const { amount = null, currency = null } = known ?? {};
    const call = { at, kind: 'refund', reference, idempotencyKey, amount, currency, answered: true } as const;
    const outcome = known?.outcome === 'charged' || known?.outcome === 'refunded' ? 'refunded' : 'closed';
    const { line } = this.add({ ...call, effect: known?.outcome === 'charged', outcome });
    return { line, answer: known?.outcome === outcome ? known : line };
  }

  /** A call that was received and turned away. */
  refuse(call: Pick<ChargeLine, 'kind' | 'reference' | 'idempotencyKey' | 'amount' | 'currency'>, at: string): Entry {
    return this.add({ ...call, at, effect: false, answered: true, outcome: 'refused' });
  }

  private repeat(request: ChargeRequest, said: ChargeLine, at: string): Entry {
    const { idempotencyKey, reference, amount, currency } = request;
    if (said.kind !== 'charge' || said.reference !== reference || said.amount !== amount || said.currency !== currency)
      throw new Conflict('This Idempotency-Key or reference was used for another charge.');
    const { outcome, reason, paymentMethod } = said;
    const call = { at, kind: 'charge', reference, idempotencyKey, amount, currency, effect: false, answered: true } as const;
    return {
      line: this.add({ ...call, outcome, ...(reason && { reason }), ...(paymentMethod && { paymentMethod }) }).line,
      answer: said,
    };
  }

  private add(line: Omit<ChargeLine, 'seq'>): Entry {
    const numbered = { seq: this.seq + 1, ...line };
    this.take(numbered);
    return { line: numbered, answer: numbered };
  }

  private take(line: ChargeLine): void {
    this.seq = line.seq;
    const { kind, idempotencyKey: key, reference, outcome, reason } = line;
    if (kind === 'lookup' || outcome === 'refused' || outcome === 'none') return;
    if (outcome === 'lost') return void this.cutOff.add(key!);
    if (this.keys.has(key!)) return;

    const known = this.references.get(reference);
    this.keys.set(key!, known?.outcome === outcome ? known : line);
    if (known?.outcome !== outcome && reason !== CLOSED) this.references.set(reference, { ...line, outcome });
  }
}
