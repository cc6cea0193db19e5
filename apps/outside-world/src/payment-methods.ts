/** What a test payment method makes the provider do. Any other method is declined. */
export interface PaymentMethod {
  readonly declines?: string;
  /** The provider cuts the first call of a charge off without an answer, after the money moved or before. */
  readonly firstCall?: 'cut off after the charge' | 'cut off before the charge';
  readonly answersAfterMs?: number;
}

const METHODS: Readonly<Record<string, PaymentMethod>> = {
  pm_ok: {},
  pm_declined: { declines: 'insufficient funds' },
  pm_timeout_charged: { firstCall: 'cut off after the charge' },
  pm_timeout_not_charged: { firstCall: 'cut off before the charge' },
  pm_slow: { answersAfterMs: 3_000 },
};

export const paymentMethod = (name: string): PaymentMethod =>
  Object.hasOwn(METHODS, name) ? METHODS[name]! : { declines: 'unknown payment method' };
