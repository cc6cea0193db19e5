import { Controller } from '@nestjs/common';
import { notificationSend, type PayloadOf } from '@waybill/contracts';
import { ComeBack, HandlesOutside, type Message, type OutsideDelivery } from '@waybill/messaging';
import { tellActivity } from '@waybill/service';
import { claimMail, releaseClaim, settleRefused, settleSent, settleSuperseded } from './claim.js';
import { composeMail } from './compose-mail.js';
import { MailRefused } from './mail-refused.js';
import { LEASE_MS, Mailer, MAILS_AT_ONCE } from './mailer.js';

/**
 * Mails an order's outcome: claim, call, settle. It does so at least once; by the Message-ID, a mail server drops repeats.
 * Mails beyond what the server bears wait in front of the claim.
 */
@Controller()
export class SendMail {
  constructor(private readonly mailer: Mailer) {}

  @HandlesOutside(notificationSend, { atOnce: MAILS_AT_ONCE })
  async handle({ data: send }: Message<PayloadOf<typeof notificationSend>>, delivery: OutsideDelivery): Promise<void> {
    const claim = await delivery.transaction((tx) => claimMail(tx, send, LEASE_MS));
    if (claim.is === 'nothing-to-do') return delivery.settle(async () => {});
    if (claim.is === 'outdated') return delivery.settle((tx) => settleSuperseded(tx, send));
    if (claim.is === 'taken') throw new ComeBack(claim.forMs, `Another worker is sending the mail of order ${send.orderId}.`);

    const mail = composeMail(send.orderId, send.outcome);
    try {
      await this.mailer.send(claim.email, mail);
    } catch (error) {
      if (error instanceof MailRefused) return delivery.settle((tx) => settleRefused(tx, send, claim.attempt, error.message));
      await delivery.transaction((tx) => releaseClaim(tx, send, claim.attempt));
      throw error;
    }
    await delivery.settle((tx) => settleSent(tx, send, claim.attempt, mail.messageId));
    tellActivity('mailed', send.orderId);
  }
}
