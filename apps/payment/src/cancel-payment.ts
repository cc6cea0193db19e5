import { Controller } from '@nestjs/common';
import { paymentCancel, type PayloadOf } from '@waybill/contracts';
import { ComeBack, HandlesOutside, type Message, type OutsideDelivery } from '@waybill/messaging';
import { answerCancel, claimReversal, releaseClaim, settle } from './claim.js';
import { reversalEnded } from './payment-decisions.js';
import { Provider } from './provider.js';

/** The compensation: has the provider give back what an order was charged, or refuse to charge it from now on. */
@Controller()
export class CancelPayment {
  constructor(private readonly provider: Provider) {}

  @HandlesOutside(paymentCancel)
  async handle({ data: cancel }: Message<PayloadOf<typeof paymentCancel>>, delivery: OutsideDelivery): Promise<void> {
    const { orderId } = cancel;
    const claim = await delivery.transaction((tx) => claimReversal(tx, cancel, this.provider.leaseMs));
    // Answers each cancel once: when this very message has ended before, its first copy has answered.
    if (claim.is === 'nothing-to-do')
      return delivery.settle(async (tx, first) => {
        if (first) await answerCancel(tx, cancel);
      });
    if (claim.is === 'taken') throw new ComeBack(claim.forMs, `Another worker is reversing the payment of order ${orderId}.`);

    const { attempt } = claim;
    const outcome = await this.provider.reverse(cancel, attempt).catch(async (error: unknown) => {
      await delivery.transaction((tx) => releaseClaim(tx, orderId, attempt));
      throw error;
    });
    await delivery.settle((tx) =>
      settle(tx, { orderId, working: 'reversing', attempt }, (payment) => reversalEnded(payment, outcome, new Date())),
    );
  }
}
