import { z } from 'zod';
import { breakingChanges, type JsonSchema } from './breaking-changes.js';
import type { Contract } from './contract.js';
import { readersFirst } from './readers-first.js';

/** The published form of a contract, as `golden/<type>.json` keeps it. */
export interface Golden {
  readonly type: string;
  readonly kind: Contract['kind'];
  readonly key: string;
  readonly sequence?: number;
  /** Who may send it. */
  readonly senders: readonly string[];
  /** Of a command: whose queue it waits in. */
  readonly handledBy?: string;
  readonly payload: unknown;
  readonly schema: JsonSchema;
}

/** The contract as it is now, in the form of its golden file. */
export function goldenOf(contract: Contract): Golden {
  return {
    type: contract.type,
    kind: contract.kind,
    key: contract.key(contract.sample),
    ...(contract.kind === 'event'
      ? { sequence: contract.sequence(contract.sample), senders: [contract.emittedBy] }
      : { senders: contract.sentBy, handledBy: contract.handledBy }),
    payload: contract.sample,
    schema: z.toJSONSchema(contract.schema) as JsonSchema,
  };
}

/** Why this contract may not replace the published one, one text per reason. */
export function incompatibilities(published: Golden, contract: Contract): string[] {
  const now = goldenOf(contract);
  const payload = contract.schema.safeParse(published.payload);
  const gone = published.senders.filter((sender) => !now.senders.includes(sender));
  return [
    ...breakingChanges(published.schema, now.schema),
    ...(payload.success ? [] : [`the published payload is refused: ${z.prettifyError(payload.error)}`]),
    ...(published.kind === now.kind
      ? []
      : [`it was ${published.kind} and becomes ${now.kind}: it would travel by another broker`]),
    ...(payload.success && contract.key(payload.data) !== published.key
      ? ['the same payload gets another key: its order would be lost']
      : []),
    ...(payload.success && contract.kind === 'event' && contract.sequence(payload.data) !== published.sequence
      ? ['the same payload gets another sequence: a receiver would take it for another version']
      : []),
    ...(payload.success
      ? changesIn(published.payload, payload.data).map((field) => `the published payload is read as something else: ${field}`)
      : []),
    ...(gone.length > 0 ? [`it would no longer come from ${gone.join(', ')}: what is on its way would be refused`] : []),
    ...(published.handledBy === now.handledBy
      ? []
      : [`what was sent waits in the queue of ${published.handledBy}, and would have no handler there`]),
  ];
}

/** The fields of a published value that are another value now. What is new beside them changes nothing. */
function changesIn(was: unknown, is: unknown, path = ''): string[] {
  if (typeof was !== 'object' || was === null) return was === is ? [] : [path];
  return Object.entries(was).flatMap(([name, value]) =>
    changesIn(value, (is as Record<string, unknown> | undefined)?.[name], path === '' ? name : `${path}.${name}`),
  );
}

/** In which order the services of a change go that breaks nothing, in a sentence; none when the order does not matter. */
export function deployOrder(published: Golden, contract: Contract): string | undefined {
  const now = goldenOf(contract);
  const more = now.senders.filter((sender) => !published.senders.includes(sender));
  const reasons = [
    ...readersFirst(published.schema, now.schema),
    // A reader takes the message of a sender that it does not know for a forgery.
    ...(more.length > 0 ? [`it may come from ${more.join(' and ')}`] : []),
  ];
  if (reasons.length === 0) return undefined;
  const readers = contract.kind === 'event' ? contract.handledBy : [contract.handledBy];
  return `Deploy ${readers.join(' and ')} before ${now.senders.join(' and ')}: a reader of the old build refuses it, because ${reasons.join(', ')}.`;
}

/** The refusal as its reader needs it: what breaks, and what to do instead. */
export function refusal(type: string, reasons: readonly string[]): string {
  const next = type.replace(/\.v(\d+)$/, (_, version) => `.v${Number(version) + 1}`);
  return [
    `${type} is published, and this change would break messages that are on their way, and services that are not upgraded yet:`,
    ...reasons.map((reason) => `  - ${reason}`),
    `Leave ${type} as it is and add ${next} beside it (docs/how-to/add-a-message.md).`,
  ].join('\n');
}
