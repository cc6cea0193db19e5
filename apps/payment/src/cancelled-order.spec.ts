// Every way in which the calls of one order may go, against the provider as docs/guarantees.md assumes it: which copy is at work,
// which worker is too late, what reaches the provider first, and which answers are lost.
import { expect, test } from '@jest/globals';
import { paymentCancel } from '@waybill/contracts';
import fc from 'fast-check';
import {
  cancelAsked,
  chargeEnded,
  reversalEnded,
  type ChargeOutcome,
  type Decision,
  type PaymentState,
  type ReversalOutcome,
} from './payment-decisions.js';

const asked = { orderId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab', amount: 2500, currency: 'EUR' };
const now = new Date('2026-11-24T08:00:00.000Z');

interface Terms {
  readonly declines: boolean;
  /** Whether it refuses the charge of a reference that it has reversed. */
  readonly closes: boolean;
}

/** Repeats the outcome of a charge, whose key never changes, and gives back once what a reference was charged. */
class ProviderModel {
  charged = 0;
  refunded = 0;
  private outcome: ChargeOutcome | undefined;
  private isClosed = false;

  constructor(readonly terms: Terms) {}

  charge(): ChargeOutcome {
    const refuses = this.terms.declines || (this.isClosed && this.terms.closes);
    this.outcome ??= refuses ? { outcome: 'declined', reason: 'no' } : { outcome: 'charged' };
    if (this.outcome.outcome === 'charged') this.charged = 1;
    return this.outcome;
  }

  reverse(): ReversalOutcome {
    this.isClosed = true;
    this.refunded = this.charged;
    return this.charged ? 'refunded' : 'closed';
  }
}

interface Command {
  readonly asks: 'charge' | 'reversal';
}

interface Call {
  readonly command: Command;
  readonly attempt: number;
  /** What the provider's answer means, once the call has reached the provider. */
  means?: (payment: PaymentState) => Decision;
}

/** The payment's row, the commands that have not ended, and the calls that are out. The claims are those of claim.ts. */
class PaymentModel {
  payment: PaymentState | undefined;
  readonly commands: Command[] = [{ asks: 'charge' }, { asks: 'reversal' }];
  readonly calls: Call[] = [];
  private attempt = 0;
  private isLeased = false;

  constructor(private readonly provider: ProviderModel) {}

  /** A worker takes a copy of a command, which ends at once when there is nothing to ask the provider for. */
  take(command: Command): void {
    const claim = command.asks === 'charge' ? this.claimCharge() : this.claimReversal();
    if (claim === 'nothing-to-do') this.end(command);
    if (claim !== 'ours') return;
    this.attempt += 1;
    this.isLeased = true;
    this.calls.push({ command, attempt: this.attempt });
  }

  reachTheProvider(call: Call): void {
    if (call.command.asks === 'charge') {
      const outcome = this.provider.charge();
      call.means = (payment) => chargeEnded(payment, outcome, now);
    } else {
      const outcome = this.provider.reverse();
      call.means = (payment) => reversalEnded(payment, outcome, now);
    }
  }

  /** A worker whose claim was taken over settles nothing: its command comes again. */
  answer(call: Call): void {
    if (!call.means) return;
    this.calls.splice(this.calls.indexOf(call), 1);
    const working = call.command.asks === 'charge' ? 'charging' : 'reversing';
    if (this.payment!.status === working && this.attempt !== call.attempt) return;
    this.save(call.means(this.payment!));
    this.end(call.command);
  }

  /** The call, or its answer. A provider that charges what it has reversed must have its answers to charges heard. */
  lose(call: Call): void {
    const mustBeHeard = call.means && call.command.asks === 'charge' && !this.provider.terms.closes;
    if (!mustBeHeard) this.calls.splice(this.calls.indexOf(call), 1);
  }

  endLease(): void {
    this.isLeased = false;
  }

  private claimCharge(): 'ours' | 'taken' | 'nothing-to-do' {
    this.payment ??= { status: 'charging', version: 0, ...asked };
    if (this.payment.status !== 'charging') return 'nothing-to-do';
    return this.isLeased ? 'taken' : 'ours';
  }

  private claimReversal(): 'ours' | 'taken' | 'nothing-to-do' {
    const decision = cancelAsked(this.payment, asked, now);
    if (decision.state.status !== 'reversing') {
      this.save(decision);
      return 'nothing-to-do';
    }
    if (this.payment?.status === 'reversing' && this.isLeased) return 'taken';
    this.payment = decision.state;
    return 'ours';
  }

  private save({ state, send }: Decision): void {
    if (state === this.payment) return;
    this.payment = state;
    this.isLeased = false;
    if (state.status === 'reversing') this.attempt += 1;
    for (const message of send) if (message.contract.type === paymentCancel.type) this.commands.push({ asks: 'reversal' });
  }

  private end(command: Command): void {
    const at = this.commands.indexOf(command);
    if (at >= 0) this.commands.splice(at, 1);
  }
}

const steps = {
  'a worker takes': (model: PaymentModel, n: number) => of(model.commands, n, (command) => model.take(command)),
  'the provider gets': (model: PaymentModel, n: number) => of(model.calls, n, (call) => model.reachTheProvider(call)),
  'payment hears of': (model: PaymentModel, n: number) => of(model.calls, n, (call) => model.answer(call)),
  'the network loses': (model: PaymentModel, n: number) => of(model.calls, n, (call) => model.lose(call)),
  'the lease ends': (model: PaymentModel) => model.endLease(),
};

function of<T>(list: readonly T[], n: number, act: (each: T) => void): void {
  if (list.length > 0) act(list[n % list.length]!);
}

/** In the end everything is delivered: each command comes until it has ended, and each call that is out reaches the provider. */
function deliverAll(model: PaymentModel): void {
  for (let round = 0; model.commands.length + model.calls.length > 0; round += 1) {
    expect(round).toBeLessThan(20);
    for (const call of [...model.calls]) {
      if (!call.means) model.reachTheProvider(call);
      model.answer(call);
    }
    model.endLease();
    for (const command of [...model.commands]) model.take(command);
  }
}

test.each([
  ['closes what it reverses, whatever is lost', { closes: true, declines: false }],
  ['declines the charge, whatever is lost', { closes: true, declines: true }],
  ['closes nothing, while its answers to charges arrive', { closes: false, declines: false }],
])('whichever way its calls go, a cancelled order keeps no money at a provider that %s', (_which, terms) => {
  const step = fc.tuple(fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), fc.nat(5));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (taken) => {
      const provider = new ProviderModel(terms);
      const model = new PaymentModel(provider);
      for (const [name, n] of taken) steps[name](model, n);
      deliverAll(model);
      expect({ kept: provider.charged - provider.refunded }).toEqual({ kept: 0 });
      expect(['refunded', 'voided']).toContain(model.payment!.status);
    }),
    { numRuns: 5_000 },
  );
});
