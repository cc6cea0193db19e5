/** Something that Waybill does for an order, and what is there without it. */
export interface Guarantee {
  /** The word on the command line. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly what: string;
  /** Patches of tools/mutants that take it away. */
  readonly patches: readonly string[];
  /** The fault run that shows what it was good for. */
  readonly run: string;
  /** Options of the run, where the damage shows long before the run would end by itself. */
  readonly shorter?: readonly string[];
}

/** In the order of an order's journey. */
export const GUARANTEES: readonly Guarantee[] = [
  {
    name: 'decoupling',
    what: 'A request touches the database alone, and its messages leave when their broker is there.',
    patches: ['brokers-in-the-request'],
    run: 'brokers-away',
  },
  {
    name: 'idempotency-key',
    what: 'A request that a client sends again is the same order.',
    patches: ['every-request-is-new'],
    run: 'kill-nginx',
  },
  {
    name: 'confirms',
    what: 'A message leaves the outbox when its broker has confirmed it.',
    patches: ['no-confirms'],
    run: 'kill-rabbitmq',
  },
  {
    name: 'acknowledgement',
    what: 'RabbitMQ hears that a command is done when its work is committed.',
    patches: ['acknowledged-before-the-commit'],
    run: 'kill-replicas',
  },
  {
    name: 'provider-key',
    what: 'Each attempt to charge an order has the same key, and asks first what became of the one before.',
    patches: ['new-key-per-attempt', 'no-look-up'],
    run: 'kill-replicas',
  },
  {
    name: 'patience',
    what: 'An outside world that is away says nothing about a message, and makes no dead letter.',
    patches: ['transient-failure-counts'],
    run: 'provider-down',
    shorter: ['--outage', '30'],
  },
  {
    name: 'takeover',
    what: 'What a dead worker has begun is taken over when its lease has run out.',
    patches: ['lease-in-seconds'],
    run: 'kill-everything',
  },
  {
    name: 'compensation',
    what: 'An order is cancelled when payment has given its money back, or has seen to it that none moves.',
    patches: ['cancelled-at-once'],
    run: 'cancel-replay-successes',
  },
  {
    name: 'ownership',
    what: 'A customer gets at the own orders alone.',
    patches: ['any-customers-order-is-read', 'any-customers-payment-is-listed', 'any-customers-mails-are-listed'],
    run: 'strangers',
  },
];
