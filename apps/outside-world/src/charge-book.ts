import { AnsweredKeys, type KeyRule } from './answered-keys.js';
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

/** How the provider treats a call: its rule for keys, and whether it fails with HTTP 500, before the effect or after it. */
export interface Terms extends KeyRule {
  readonly fails?: 'before' | 'after' | undefined;
}

const NO_FAULTS: Terms = { keys: 'replay-successes', keysExpireMs: 0 };

/** A new line of the ledger, and the earlier line whose answer it repeats, if it does. A `status` is the error of its answer. */
export interface Entry {
  readonly line: ChargeLine;
  readonly answer: ChargeLine;
}

/** The call contradicts an earlier one: same key or same reference, but not the same charge. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

const FAILED = 500;
/** The reason of a decline, for a charge that arrives after the reversal of its reference. */
const CLOSED = 'closed';

type Settled = 'charged' | 'declined' | 'refunded' | 'closed';
type Call = Omit<ChargeLine, 'seq' | 'effect' | 'answered' | 'outcome'>;

/**
 * What the provider knows, made from its ledger lines alone. Every method decides on the next line and takes it in without any
 * wait in between, so that one of two simultaneous calls comes first.
 */
export class ChargeBook {
  private seq = 0;
  private readonly keys = new AnsweredKeys();
  /** The newest line that changed what is known of a reference. */
  private readonly references = new Map<string, ChargeLine & { outcome: Settled }>();
  /** Keys whose first call was cut off before the charge. */
  private readonly cutOff = new Set<string>();

  constructor(lines: readonly ChargeLine[] = []) {
    for (const line of lines) this.take(line);
  }

  /** Moves the money once per reference, whatever becomes of its keys. A closed or refunded reference is never charged again. */
  charge(request: ChargeRequest, at: string, terms: Terms = NO_FAULTS): Entry {
    const { idempotencyKey, reference } = request;
    const call: Call = { at, kind: 'charge', ...request };
    const said = this.keys.recall(idempotencyKey, terms, at);
    if (said) return this.repeat(said, { ...call, status: said.status });
    const fresh = { ...call, ...this.marks(idempotencyKey, terms), effect: false, answered: true };
    if (terms.fails === 'before') return this.add({ ...fresh, outcome: 'failed' });

    const known = this.references.get(reference);
    if (known?.outcome === 'closed' || known?.outcome === 'refunded')
      return this.add({ ...fresh, outcome: 'declined', reason: CLOSED });
    if (known) return this.repeat(known, fresh);

    const { declines, firstCall } = paymentMethod(request.paymentMethod);
    if (declines) return this.add({ ...fresh, outcome: 'declined', reason: declines });
    if (firstCall === 'cut off before the charge' && !this.cutOff.has(idempotencyKey))
      return this.add({ ...fresh, answered: false, outcome: 'lost' });
    return this.add({ ...fresh, effect: true, answered: firstCall !== 'cut off after the charge', outcome: 'charged' });
  }

  /** What became of a reference. Says nothing of a call that is still on its way here. */
  lookUp(reference: string, at: string, { fails }: Terms = NO_FAULTS): Entry {
    const { amount = null, currency = null, outcome = 'none', reason } = this.references.get(reference) ?? {};
    const call: Call = { at, kind: 'lookup', reference, idempotencyKey: null, amount, currency };
    return this.add({ ...call, effect: false, answered: true, outcome, reason, ...(fails && { status: FAILED }) });
  }

  /** Gives back what was charged, once; closes a reference that was not, so that no later charge of it succeeds. */
  reverse({ idempotencyKey, reference }: ReversalRequest, at: string, terms: Terms = NO_FAULTS): Entry {
    const known = this.references.get(reference);
    const { amount = null, currency = null } = known ?? {};
    const call: Call = { at, kind: 'refund', reference, idempotencyKey, amount, currency };
    const said = this.keys.recall(idempotencyKey, terms, at);
    if (said) return this.repeat(said, { ...call, status: said.status });
    const fresh = { ...call, ...this.marks(idempotencyKey, terms), effect: false, answered: true };
    if (terms.fails === 'before') return this.add({ ...fresh, outcome: 'failed' });

    const outcome = known?.outcome === 'charged' || known?.outcome === 'refunded' ? 'refunded' : 'closed';
    const { line } = this.add({ ...fresh, effect: known?.outcome === 'charged', outcome });
    return { line, answer: known?.outcome === outcome ? known : line };
  }

  /** A call that the provider turned away: with an error, or without a `status` and without an answer. It changes nothing. */
  turnAway(call: Omit<Call, 'at'>, at: string, status?: number): Entry {
    return this.add({ ...call, at, effect: false, answered: status !== undefined, outcome: 'refused', status });
  }

  /** The fields that a call adds to its line when it repeats no answer of its key. */
  private marks(key: string, { fails }: Terms): Pick<Call, 'status' | 'renewsKey'> {
    return { ...(fails && { status: FAILED }), ...(this.keys.has(key) && { renewsKey: true }) };
  }

  /** The answer of an earlier line again, which moves nothing. */
  private repeat(said: ChargeLine, call: Call): Entry {
    const { kind, reference, amount, currency } = call;
    const sameMoney = kind !== 'charge' || (said.amount === amount && said.currency === currency);
    if (said.kind !== kind || said.reference !== reference || !sameMoney)
      throw new Conflict('This Idempotency-Key or reference was used for another call.');
    const { outcome, reason } = said;
    return { line: this.add({ ...call, effect: false, answered: true, outcome, reason }).line, answer: said };
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

    const known = this.references.get(reference);
    this.keys.take(line, known?.outcome === outcome ? known : line);
    if (outcome === 'failed') return;
    // A line that repeats an answer says nothing new: "charged" may stand in it long after the refund.
    const closes = outcome === 'closed' && known?.outcome !== 'closed';
    const declines = outcome === 'declined' && reason !== CLOSED && !known;
    if (line.effect || closes || declines) this.references.set(reference, { ...line, outcome });
  }
}
