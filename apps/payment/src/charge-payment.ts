import { Controller } from '@nestjs/common';
import { paymentCharge, paymentChargeV1, type PayloadOf } from '@waybill/contracts';
import { ComeBack, HandlesOutside, type Message, type OutsideDelivery, Transient } from '@waybill/messaging';
import { tellActivity } from '@waybill/service';
import { type Charge, claimCharge, releaseClaim, settle } from './claim.js';
import { chargeEnded, type ChargeOutcome } from './payment-decisions.js';
import { Provider } from './provider.js';

/**
 * Charges an order at the provider: claim, call, settle. Every step may be repeated, and no transaction is open during the call.
 *
 * A worker that dies after the commit of its claim leaves a lease that runs out: the next attempt looks the charge up before it
 * charges. A worker that dies after the commit of its settle leaves the event in the outbox and the command's id in the inbox:
 * another replica relays the event, and the command that RabbitMQ delivers again does nothing. A worker that is stopped after its
 * claim, and goes on when the lease has nearly ended, does not call: another worker may call by then.
 */
@Controller()
export class ChargePayment {
  constructor(private readonly provider: Provider) {}

  @HandlesOutside(paymentCharge)
  async handle({ data }: Message<PayloadOf<typeof paymentCharge>>, delivery: OutsideDelivery): Promise<void> {
    await this.charge(data, delivery);
  }

  @HandlesOutside(paymentChargeV1)
  async handleV1({ data }: Message<PayloadOf<typeof paymentChargeV1>>, delivery: OutsideDelivery): Promise<void> {
    await this.charge(data, delivery);
  }

  private async charge(charge: Charge, delivery: OutsideDelivery): Promise<void> {
    const { orderId } = charge;
    let begunAt = 0;
    const claim = await delivery.transaction((tx) => {
      begunAt = performance.now();
      return claimCharge(tx, charge, this.provider.leaseMs);
    });
    if (claim.is === 'nothing-to-do') return delivery.settle(async () => {});
    if (claim.is === 'taken') throw new ComeBack(claim.forMs, `Another worker is charging order ${orderId}.`);

    const { attempt } = claim;
    const outcome = await this.ask(charge, attempt, begunAt).catch(async (error: unknown) => {
      await delivery.transaction((tx) => releaseClaim(tx, orderId, attempt));
      throw error;
    });
    await delivery.settle((tx) =>
      settle(tx, { orderId, working: 'charging', attempt }, (payment) => chargeEnded(payment, outcome, new Date())),
    );
    if (outcome.outcome === 'charged') tellActivity('charged', orderId);
  }

  /** An earlier attempt may have moved the money and died before it could say so: look first, then charge with the same key. */
  private async ask(charge: Charge, attempt: number, begunAt: number): Promise<ChargeOutcome> {
    const earlier = attempt > 1 ? await this.provider.lookUp(charge.orderId) : undefined;
    if (earlier) return earlier;
    // The next worker looks the charge up when the lease has ended. What we begin now must have reached the provider by then.
    if (performance.now() - begunAt > this.provider.chargeWithinMs)
      throw new Transient(`The claim on order ${charge.orderId} was too old for a charge.`);
    return this.provider.charge(charge);
  }
}
