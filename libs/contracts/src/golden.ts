import { z } from 'zod';
import { breakingChanges, type JsonSchema } from './breaking-changes.js';
import type { Contract } from './contract.js';

/** What is written down of a contract once it is published: `golden/<type>.json`. */
export interface Golden {
  readonly type: string;
  readonly kind: Contract['kind'];
  readonly key: string;
  readonly sequence?: number;
  readonly payload: unknown;
  readonly schema: JsonSchema;
}

/** The contract as it is now, in the form of its golden file. */
export function goldenOf(contract: Contract): Golden {
  return {
    type: contract.type,
    kind: contract.kind,
    key: contract.key(contract.sample),
    ...(contract.kind === 'event' && { sequence: contract.sequence(contract.sample) }),
    payload: contract.sample,
    schema: z.toJSONSchema(contract.schema) as JsonSchema,
  };
}

/** What keeps this contract from taking the place of the published one, one text per reason. */
export function incompatibilities(published: Golden, contract: Contract): string[] {
  const now = goldenOf(contract);
  const payload = contract.schema.safeParse(published.payload);
  return [
    ...breakingChanges(published.schema, now.schema),
    ...(payload.success ? [] : [`the published payload is refused: ${z.prettifyError(payload.error)}`]),
    ...(published.kind === now.kind
      ? []
      : [`it was ${published.kind} and becomes ${now.kind}: it would travel by another broker`]),
    ...(payload.success && contract.key(payload.data) !== published.key
      ? ['the same payload gets another key: its order would be lost']
      : []),
  ];
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
