import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { orderId, text } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/messaging';
import { Caller, Described, type Identity, ownerFor } from '@waybill/service';
import { z } from 'zod';
import { changeOrderOnRequest } from './change-order.js';
import { cancelByCustomer, cancelBySupport } from './order-decisions.js';
import { WITHOUT_NUL } from './order-request.js';
import { type OrderRow, orderView, READ_ORDER, viewOf } from './order-view.js';
import { existing, notFound } from './read-order.js';
import { reasonFor } from './whose-order.js';

const cancelRequest = z
  .strictObject({
    reason: text(160)
      .optional()
      .meta({ ...WITHOUT_NUL, description: 'Support must say why, and nobody else may. The customer reads it.' }),
  })
  .optional();

/** Accepts the wish to cancel: after the 202 the order is `cancelling`, and `cancelled` when payment has answered. */
@Controller('api/orders/:id/cancel')
export class CancelOrder {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Cancel an order',
    for: ['customer', 'support', 'machine'],
    details: 'Answers with the order as it is then. Needs no key: cancelling twice is the same as once.',
    params: { id: orderId },
    answer: orderView,
    problems: [400, 404, 409, 415],
  })
  async post(
    @Param('id') id: string,
    @Body({ schema: cancelRequest }) request: z.infer<typeof cancelRequest>,
    @Caller() caller: Identity,
  ) {
    const known = existing(id);
    const owner = ownerFor(caller);
    const reason = reasonFor(caller, request?.reason);
    const decide = reason === undefined ? cancelByCustomer : cancelBySupport(reason);
    return this.unitOfWork.run(async (tx) => {
      if (!(await changeOrderOnRequest(tx, known, owner, decide))) throw notFound(known);
      const [order] = await tx.query<OrderRow>(READ_ORDER, [known, owner]);
      return viewOf(order!);
    });
  }
}
