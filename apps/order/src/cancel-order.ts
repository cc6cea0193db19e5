import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { UnitOfWork } from '@waybill/messaging';
import { changeOrderOnRequest } from './change-order.js';
import { cancelByCustomer } from './order-decisions.js';
import { Order } from './order.entity.js';
import { existing, notFound, orderView } from './read-order.js';

/** Accepts the wish to cancel: when the client has its 202, the order will be cancelled, and what was charged for it given back. */
@Controller('api/orders/:id/cancel')
export class CancelOrder {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The order as it is then. Needs no key: cancelling twice is the same. */
  @Post()
  @HttpCode(202)
  async post(@Param('id') id: string) {
    return this.unitOfWork.run(async (tx) => {
      if (!(await changeOrderOnRequest(tx, existing(id), cancelByCustomer))) throw notFound(id);
      return orderView(await tx.manager.getRepository(Order).findOneByOrFail({ id }));
    });
  }
}
