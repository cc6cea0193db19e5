import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import type { ChargeLine } from './charge-line.js';
import { only } from './door.js';
import { PaymentProvider } from './payment-provider.js';
import { Problem } from './problem.js';

const reference = z.string().min(1).max(100);
const charge = z.strictObject({
  /** The order's id. */
  reference,
  /** In minor units. */
  amount: z.int().min(1).max(1_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three upper-case letters, such as EUR'),
  paymentMethod: z.string().min(1).max(64),
});
const reversal = z.strictObject({ reference });

@Controller()
@only('provider')
export class ChargeRoutes {
  constructor(private readonly provider: PaymentProvider) {}

  @Post('charges')
  @HttpCode(200)
  async charge(@Headers('idempotency-key') key: string | undefined, @Body({ schema: charge }) body: z.infer<typeof charge>) {
    const { outcome, reason, ...line } = await this.provider.charge({ idempotencyKey: checked(key), ...body });
    return { outcome, ...(reason && { reason }), chargeId: chargeId(line), at: line.at };
  }

  @Get('charges/:reference')
  async lookUp(@Param('reference') reference: string) {
    const { outcome, reason, amount, currency } = await this.provider.lookUp(reference);
    return { reference, state: outcome, ...(reason && { reason }), ...(amount !== null && { amount, currency }) };
  }

  @Post('reversals')
  @HttpCode(200)
  async reverse(@Headers('idempotency-key') key: string | undefined, @Body({ schema: reversal }) body: z.infer<typeof reversal>) {
    const { outcome, amount, currency, at } = await this.provider.reverse({ idempotencyKey: checked(key), ...body });
    return { outcome, ...(amount !== null && { amount, currency }), at };
  }
}

const chargeId = ({ seq }: Pick<ChargeLine, 'seq'>) => `charge-${seq}`;

/** Printable ASCII, as a header carries it. */
function checked(key: string | undefined): string {
  if (key !== undefined && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const message = key === undefined ? 'is required' : 'must be 1 to 200 printable ASCII characters without spaces';
  throw new Problem(400, 'The request is not valid: see errors.', [{ path: 'Idempotency-Key', message }]);
}
