import { Controller, Delete, HttpCode } from '@nestjs/common';
import { erasureId, instant } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/messaging';
import { Caller, Described, type Identity } from '@waybill/service';
import { z } from 'zod';
import { eraseCustomer } from './erase-customer.js';

const erasureView = z
  .object({
    id: erasureId.meta({ description: 'Names the erasure, and nobody: an operator tells by it whether it has ended.' }),
    requestedAt: instant,
  })
  .meta({ id: 'Erasure' });

/** A customer has everything erased that the system knows about them. */
@Controller('api/customers/me')
export class EraseMe {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Delete()
  @HttpCode(202)
  @Described({
    summary: 'Have everything erased that is known about you',
    for: ['customer'],
    details:
      'Accepted means that it ends. An order that is not settled is erased when it is. Sums and outcomes of your orders stay, under a random name. Asking twice is the same as once.',
    answer: erasureView,
  })
  async delete(@Caller() { subject }: Identity) {
    const { id, requestedAt } = await this.unitOfWork.run((tx) => eraseCustomer(tx, subject));
    return { id, requestedAt: requestedAt.toISOString() };
  }
}
