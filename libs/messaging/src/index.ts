import { BoundedInbox1796200000000 } from './migrations/bounded-inbox.js';
import { DeadLetterActs1796800000000, ParkedAlike1796800000001 } from './migrations/dead-letter-acts.js';
import { DiscardedByAge1796600000000 } from './migrations/discarded-by-age.js';
import { MessagingTables1764000000000 } from './migrations/messaging-tables.js';
import { ParkedFollowers1796300000001, ParkedHeads1796300000000, ParkedReady1796300000002 } from './migrations/parked-heads.js';
import { OutboxPath1796400000000 } from './migrations/outbox-path.js';
import { ParkedByState1796500000000 } from './migrations/parked-by-state.js';
import { RedrivenAt1796700000000 } from './migrations/redriven-at.js';

export { type Batched, batched, batchedRead } from './batched.js';
export { type Act, type Chosen, deadLetterActs, discard, ONE_ACT_TAKES, redrive } from './parking/acts.js';
export {
  type CountedGroup,
  type DeadLetter,
  deadLetter,
  deadLetterGroups,
  type DeadLetterInFull,
  deadLetters,
  type Queries,
} from './parking/dead-letters.js';
export { type DeployOptions, deployTopology } from './brokers/deploy-topology.js';
export { CommitRefused, CommitUnknown, ComeBack, messageOf, Reject, Transient } from './errors.js';
export { isOfTheMoment } from './parking/failure-class.js';
export { forgetMessages } from './forget-messages.js';
export type { HandlerOf, OutsideDelivery, OutsideHandlerOf } from './receiving/handlers.js';
export { newId } from './ids.js';
export type { KafkaOptions } from './brokers/kafka/client.js';
export { deployKafkaUsers, type KafkaUser } from './brokers/kafka/deploy-users.js';
export { giveUsersTheirPasswords } from './brokers/kafka/scram-users.js';
export { reloadKafkaCertificate } from './brokers/kafka/reload-certificate.js';
export { type GroupState, topicsAndLag, type TopicState } from './brokers/kafka/topics-and-lag.js';
export type { Logger, Message } from './message.js';
export { Messaging, type MessagingHealth, type MessagingOptions } from './messaging.js';
export type { Backlog } from './metrics.js';
export { Handles, HandlesOutside } from './nest/handles.js';
export { MessagingModule, type MessagingModuleOptions, messagingTransports } from './nest/messaging.module.js';
export { type Secret, secretNow } from './secret.js';
export { Scraped, type Series } from './scraped.js';
export type { RabbitOptions } from './brokers/rabbitmq/connection.js';
export { SharedTransaction } from './shared-transaction.js';
export { HistogramWithExemplars } from './exemplars.js';
export { type Happening, type Observe, observeMessages } from './observe.js';
export { ATTRIBUTE } from './span-names.js';
export {
  type Attributes,
  contextIn,
  currentWork,
  type EndedSpan,
  errorType,
  inClientSpan,
  inTrace,
  isRecording,
  recordSpans,
  type Recorder,
  Span,
  type SpanKind,
  type TraceContext,
  traceparent,
  type Work,
} from './trace.js';
export { type Transaction, UnitOfWork } from './transaction.js';
export { defaultTuning, type Tuning } from './tuning.js';

/** The tables of the core: the first migrations of every service. */
export const messagingMigrations = [
  MessagingTables1764000000000,
  BoundedInbox1796200000000,
  ParkedHeads1796300000000,
  ParkedFollowers1796300000001,
  ParkedReady1796300000002,
  OutboxPath1796400000000,
  ParkedByState1796500000000,
  DiscardedByAge1796600000000,
  RedrivenAt1796700000000,
  DeadLetterActs1796800000000,
  ParkedAlike1796800000001,
];
