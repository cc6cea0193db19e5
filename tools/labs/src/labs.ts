import { isLive } from '@waybill/kit';

/** Something that is broken on purpose, for somebody to mend. tools/labs/patches/<name>.patch breaks it. */
export interface Lab {
  readonly name: string;
  /** What is wrong, as somebody would report it. */
  readonly task: string;
  /** From, to: of work for somebody who has read the lesson. */
  readonly minutes: readonly [number, number];
  /** Each thing that is wrong, in the order in which it is best mended. */
  readonly wrong: readonly Wrong[];
  /** From the place to look at to nearly the solution. */
  readonly hints: readonly string[];
}

export interface Wrong {
  readonly spec: string;
  /** Words of the full names of tests, each of which is red. */
  readonly tests: readonly string[];
  /** What their red means, in a sentence that jest cannot say. */
  readonly says: string;
}

/** Whether a lab's specs ask real servers. */
export const needsServers = ({ wrong }: Lab): boolean => wrong.some(isLive);

const PAYMENT_DECISIONS = 'apps/payment/src/payment-decisions.spec.ts';
const FAILURE_CLASS = 'libs/messaging/src/parking/failure-class.spec.ts';
const BREAKING_CHANGES = 'libs/contracts/src/breaking-changes.spec.ts';
const ACCESS_TOKENS = 'libs/service/src/identity/access-tokens.spec.ts';
const CONFORMANCE = 'libs/messaging/src/conformance.live.spec.ts';
const SENDING = 'libs/messaging/src/sending/sending.live.spec.ts';
const RECEIVING = 'libs/messaging/src/receiving/receiving.live.spec.ts';
const REACTIONS = 'apps/notification/src/reactions.live.spec.ts';
const IDEMPOTENCY = 'apps/order/src/idempotency.live.spec.ts';
const OWNERSHIP = 'apps/order/src/ownership.live.spec.ts';
const CANCEL_ORDER = 'apps/order/src/cancel-order.live.spec.ts';

/** Those without servers first, each kind from easy to hard. */
export const LABS: readonly Lab[] = [
  {
    name: 'token-for-somebody-else',
    task: 'A token that was made for another system opens ours.',
    minutes: [10, 20],
    wrong: [
      {
        spec: ACCESS_TOKENS,
        tests: ['a bad token tells nobody, and is not remembered'],
        says: 'A token that the issuer has not made for us, not made as an access token, or not signed as we ask, says who somebody is.',
      },
      {
        spec: ACCESS_TOKENS,
        tests: ['is not known beyond its own end'],
        says: 'A token that was verified once opens doors after its end, as long as it is remembered.',
      },
    ],
    hints: [
      'The test "a bad token tells nobody" lists the tokens that were let in by name. Take them one after the other.',
      'jose verifies what its options name, and nothing else: `audience`, `algorithms`, `typ`, `requiredClaims`. RFC 9068 says what an access token has.',
      'jose looks at `iat` only together with `maxTokenAge`: compare it yourself. What is remembered ends at the earlier of two moments.',
    ],
  },
  {
    name: 'forgotten-state',
    task: 'Customers who cancelled at a bad moment have paid, and some never hear of their cancel.',
    minutes: [15, 30],
    wrong: [
      {
        spec: PAYMENT_DECISIONS,
        tests: ['a cancel that comes before its charge leaves a mark, and is answered'],
        says: 'A cancel that overtakes its charge gets no answer: the order stays `cancelling` for ever.',
      },
      {
        spec: PAYMENT_DECISIONS,
        tests: [
          'a payment that is declined, when a cancel comes: voided',
          'a payment that is voided, when a cancel comes: voided',
          'a cancel of a declined payment is answered',
          'a cancel of a payment that was reversed is answered as voided',
        ],
        says: 'A cancel of a payment that has ended already gets no answer, and somebody waits for it.',
      },
      {
        spec: PAYMENT_DECISIONS,
        tests: [
          'a payment that is declined, when the charge is done: reversing',
          'a payment that is reversing, when the charge is done: reversing',
          'a payment that is voided, when the charge is done: reversing',
          'money that moves after the payment was',
        ],
        says: 'Money that moves after the cancel stays at the provider, and nobody gives it back.',
      },
    ],
    hints: [
      'A `default:` in a switch over states answers for states that nobody has thought of. Write out each state, and the compiler counts with you.',
      'The table in the spec has a row for each state and a column for each thing that may happen. Each cell is one `case`.',
      'When the order has been told that no money moves, and then it does, payment sends itself the command `payment.cancel`.',
    ],
  },
  {
    name: 'what-may-change',
    task: 'A contract lost a field in a release, and every message that waited became a dead letter.',
    minutes: [20, 30],
    wrong: [
      {
        spec: BREAKING_CHANGES,
        tests: ['may not lose a field', 'may not rename a field', 'may not break inside of a list or an object'],
        says: 'A field may vanish, and handlers that read it find nothing.',
      },
      {
        spec: BREAKING_CHANGES,
        tests: [
          'may not get a required field',
          'may not require what was optional',
          'may not make optional what handlers count on',
        ],
        says: 'What is required may change, and messages that are on their way do not have it.',
      },
      {
        spec: BREAKING_CHANGES,
        tests: ['may not take fewer values', 'may not take one value alone'],
        says: 'A value may be taken away that a message on its way has.',
      },
      {
        spec: BREAKING_CHANGES,
        tests: [
          'may not raise a lower limit',
          'may not lower an upper limit',
          'may not set a limit where none was',
          'may not ask for another pattern',
        ],
        says: 'A limit may become tighter than what messages on their way keep.',
      },
      {
        spec: BREAKING_CHANGES,
        tests: ['may not refuse fields that it took without naming them', 'may not narrow what a record holds'],
        says: 'What a schema took without naming it may be refused: look at `additionalProperties`.',
      },
    ],
    hints: [
      'Ask of each change: is a message that was valid yesterday valid today, and does a handler of yesterday find in it what it reads?',
      'Compare `before.required` and `after.required`, then `enum`, then the limits of JSON Schema: minimum and minLength count upwards, maximum and maxLength downwards.',
      'No program can tell whether a new pattern takes all that the old one took. So a pattern that changes is refused.',
    ],
  },
  {
    name: 'transient-or-permanent',
    task: 'PostgreSQL was full for an hour, and 4,000 messages became dead letters. Others are tried again for ever.',
    minutes: [20, 30],
    wrong: [
      {
        spec: FAILURE_CLASS,
        tests: ['is transient, as the docs say', 'of the moment is retried without limit'],
        says: 'A failure of the moment (a full disk, a broken connection, a lock) counts against the message, and ends as a dead letter.',
      },
    ],
    hints: [
      'Patience is the default: list what is about the statement and its values, and not what is of the moment. docs/failure-classes.md has the classes.',
      'An error may have its reason in `cause`, and that again. `fetch failed` says nothing itself. A chain may bite its tail.',
      'Beside SQLSTATE there are the errno of the system (`constants.errno` of node:os), codes of the resolver and of fetch, the name TimeoutError (of an object that is no Error), and sentences of pg without any code.',
    ],
  },
  {
    name: 'anybodys-order',
    task: 'A customer who knows the id of an order reads and cancels it, whosever it is.',
    minutes: [10, 15],
    wrong: [
      {
        spec: OWNERSHIP,
        tests: ["another's order is not there, in the words for what does not exist"],
        says: "Eve reads Ada's order, or its history.",
      },
      { spec: OWNERSHIP, tests: ["another's order is not cancelled"], says: "Eve cancels Ada's order." },
    ],
    hints: [
      'The row must not leave the database: a check after the query is one that the next query forgets.',
      'ownerFor(caller) of libs/service gives the customer, or null for those who may see all.',
      'WHERE id = $1 AND ($2::text IS NULL OR customer_id = $2): in three statements.',
    ],
  },
  {
    name: 'key-ignores-the-body',
    task: 'A customer changed the basket, pressed Buy again, and got the answer to the old one.',
    minutes: [10, 15],
    wrong: [
      {
        spec: IDEMPOTENCY,
        tests: ['the same key with another body is refused, and the first answer stands'],
        says: 'The same key with another body gets the old answer, as if the new order had been placed.',
      },
      {
        spec: IDEMPOTENCY,
        tests: ['after its end the request is a new order'],
        says: 'A key answers for longer than its day, as long as nobody has swept its row.',
      },
    ],
    hints: [
      'RequestIdentity has three parts. Which of them does the statement of firstAnswer look at?',
      'The table keeps a fingerprint of the request: compare it, and answer 422 when it is another one.',
      "A key that is older than KEEP_KEYS is free, for both statements: INSERT_ORDER takes it over with ON CONFLICT .. DO UPDATE .. WHERE known.created_at <= now() - interval '24 hours'.",
    ],
  },
  {
    name: 'new-handler',
    task: 'Customers whose order is cancelled get no mail. Nobody handles order.cancelled in notification.',
    minutes: [5, 15],
    wrong: [
      {
        spec: REACTIONS,
        tests: ['order.cancelled orders one mail about it', 'order.cancelled a first delivery acts once'],
        says: 'notification does nothing when an order is cancelled.',
      },
      {
        spec: REACTIONS,
        tests: ['order.cancelled a duplicate does nothing', 'order.cancelled a failure rolls everything back'],
        says: 'A copy, or a delivery after a failure, is not taken as it should be.',
      },
    ],
    hints: [
      'The contract is there: orderCancelled in libs/contracts/src/order.ts, and it names notification among those who handle it.',
      'on-order-confirmed.ts is the pattern: a class with one method that has @Handles(contract).',
      'A handler that the module does not name is not there: `controllers` of notification.module.ts.',
    ],
  },
  {
    name: 'sent-beside-the-transaction',
    task: 'Payment charged orders that do not exist.',
    minutes: [10, 20],
    wrong: [
      {
        spec: CONFORMANCE,
        tests: [
          'a message by rabbitmq of a transaction that was rolled back does not exist',
          'a message by kafka of a transaction that was rolled back does not exist',
        ],
        says: 'A message leaves although its transaction was rolled back.',
      },
      {
        spec: SENDING,
        tests: ['follows the order of commits: a position is drawn at the end of its transaction, not at tx.send'],
        says: 'A message that was sent first and committed last leaves first: of one key, the order of commits is lost.',
      },
    ],
    hints: [
      'On which connection is the row of the outbox written, and who can roll it back?',
      'tx.send is not asynchronous: it can only collect. `flush` writes what was collected, just before the commit.',
      '`this.#outgoing` collects, in send and in sendEncoded. flush asks INSERT_OUTBOX once through this.query, compares the time of each id with the answer (clock.compare), and returns the lanes that have something.',
    ],
  },
  {
    name: 'inbox-forgotten',
    task: 'After each restart of a replica some messages act twice.',
    minutes: [15, 25],
    wrong: [
      {
        spec: CONFORMANCE,
        tests: ['a message by rabbitmq that comes twice acts once', 'a message by kafka that comes twice acts once'],
        says: 'A message that comes twice acts twice.',
      },
      {
        spec: RECEIVING,
        tests: ['inserts its ids in one order, whatever order the messages have', 'with the same message twice handles it once'],
        says: 'Two workers with the same messages do not wait for each other, or wait for each other for ever.',
      },
    ],
    hints: [
      'The table is inbox (id uuid, day date), and its key is both. dayOf(id) gives the day that is in a UUIDv7.',
      'A look and then an insert is too late: two workers look at the same moment. INSERT .. ON CONFLICT DO NOTHING RETURNING id answers which ids are new.',
      'One statement for all ids: unnest($1::uuid[], $2::date[]). Each id once, and sorted, or two batches in opposite order deadlock.',
    ],
  },
  {
    name: 'acknowledged-too-early',
    task: 'Each time a replica dies, a few orders stay placed until their deadline.',
    minutes: [5, 15],
    wrong: [
      {
        spec: CONFORMANCE,
        tests: ['with rabbitmq a consumer that is killed in mid-handler leaves its message to another'],
        says: 'RabbitMQ forgets a command when it arrives: a worker that dies takes it along.',
      },
      {
        spec: CONFORMANCE,
        tests: ['with kafka a consumer that is killed in mid-handler leaves its message to another'],
        says: 'Kafka is told an offset before the work is committed: a worker that dies takes its events along.',
      },
    ],
    hints: [
      'A broker may forget a message when its work is committed. When is that, in each of the two consumers?',
      'RabbitMQ: channel.ack in #untilSafe. Kafka: resolveOffset and commitOffsetsIfNecessary in #eachBatch.',
      'In both the delivery comes first. The Kafka one goes on sending heartbeats meanwhile: keepingAlive.',
    ],
  },
  {
    name: 'two-locks',
    task: 'Two cancels of one order both succeed, and under load PostgreSQL reports deadlocks.',
    minutes: [15, 25],
    wrong: [
      {
        spec: CANCEL_ORDER,
        tests: ['twice, and 8 times at once on two replicas, is the same as once'],
        says: 'Two requests that cancel one order at the same moment both decide by the state before.',
      },
      {
        spec: RECEIVING,
        tests: ['inserts its ids in one order, whatever order the messages have'],
        says: 'Two batches with the same messages in opposite order wait for each other: a deadlock.',
      },
    ],
    hints: [
      'A decision by a row holds only while nobody else can change the row: look for what reads an order before it changes it.',
      'SELECT .. FOR UPDATE locks what it reads, in the order in which it reads it: say the order.',
      'Whoever takes more than one lock takes them in one order: ids are sorted before the insert.',
    ],
  },
  {
    name: 'timer-by-the-process-clock',
    task: 'A replica whose clock was four minutes fast cancelled orders that still had time.',
    minutes: [15, 25],
    wrong: [
      {
        spec: SENDING,
        tests: ['is due by the clock of the database, not by that of a process'],
        says: 'A timer fires when the process that looks thinks that it is time.',
      },
      {
        spec: 'apps/payment/src/charge-payment.live.spec.ts',
        tests: ['ends by the clock of the database, also for a process whose own is'],
        says: 'A worker reckons with its own clock how long the lease of another one lasts.',
      },
    ],
    hints: [
      'Look for Date.now() where a time of the database is compared.',
      'TAKE_DUE_TIMERS can ask now() itself, and then needs no parameter.',
      'Let PostgreSQL subtract: extract(epoch FROM lease_expires_at - clock_timestamp()) * 1000 is what is left, in milliseconds.',
    ],
  },
];
