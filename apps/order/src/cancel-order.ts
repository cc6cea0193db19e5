import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { orderId } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/messaging';
import { Described } from '@waybill/service';
import { changeOrderOnRequest } from './change-order.js';
import { cancelByCustomer } from './order-decisions.js';
import { type OrderRow, orderView, READ_ORDER, viewOf } from './order-view.js';
import { existing, notFound } from './read-order.js';

/** Accepts the wish to cancel: after the 202 the order is `cancelling`, and `cancelled` when payment has answered. */
@Controller('api/orders/:id/cancel')
export class CancelOrder {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Post()
  @HttpCode(202)
  @Described({
    summary: 'Cancel an order',
    details: 'Answers with the order as it is then. Needs no key: cancelling twice is the same as once.',
    params: { id: orderId },
    answer: orderView,
    problems: [404, 409],
  })
  async post(@Param('id') id: string) {
    const known = existing(id);
    return this.unitOfWork.run(async (tx) => {
      if (!(await changeOrderOnRequest(tx, known, cancelByCustomer))) throw notFound(known);
      const [order] = await tx.query<OrderRow>(READ_ORDER, [known]);
      return viewOf(order!);
    });
  }
}
