import type { Chosen } from '@waybill/messaging';
import { z } from 'zod';

const id = z.string().regex(/^[1-9]\d{0,17}$/, 'must be the number of a message or of an act');
/** PostgreSQL keeps no U+0000 in a text. */
const text = z
  .string()
  .max(300, 'must have at most 300 characters')
  .refine((given) => !given.includes('\0'), 'must not have U+0000');
const state = z.enum(['dead', 'waiting'], 'must be dead or waiting').default('dead');
const limit = z.coerce.number('must be a number').int('must be a whole number').min(1).max(200).default(50);

export const oneOf = z.strictObject({ id });
export const groupsOf = z.strictObject({ state });
/** `type` and `error` are those of a group. */
export const pageOf = z.strictObject({ state, type: text.optional(), error: text.optional(), after: id.optional(), limit });
export const actsOf = z.strictObject({ before: id.optional(), limit });

const chosen = {
  ids: z.array(id).min(1, 'must name one message or more').max(500, 'must name at most 500 messages').optional(),
  type: text.optional(),
  error: text.optional(),
};
const ONE_WAY = 'must be given alone: an act is about ids, or about a group, which is a type and an error';
type Given = { readonly [Name in keyof typeof chosen]?: z.output<(typeof chosen)[Name]> };

/** Ids, or a group: neither both nor a half. */
function oneWay({ value: { ids, type, error }, issues }: z.core.ParsePayload<Given>): void {
  const wrong = (path: string, message: string) => void issues.push({ code: 'custom', input: undefined, path: [path], message });
  if (ids !== undefined && (type !== undefined || error !== undefined)) return wrong('ids', ONE_WAY);
  if (ids === undefined && type === undefined) wrong('type', 'must be given, or ids in place of a group');
  if (ids === undefined && error === undefined) wrong('error', 'must be given, or ids in place of a group');
}

export const redriveOf = z
  .strictObject({ ...chosen, perSecond: z.number('must be a number').min(0.1).max(1_000).optional() })
  .check(oneWay)
  .check(({ value: { ids, perSecond }, issues }) => {
    if (ids !== undefined && perSecond !== undefined)
      issues.push({ code: 'custom', input: perSecond, path: ['perSecond'], message: 'is the rate of a group, not of ids' });
  });
export const discardOf = z
  .strictObject({ ...chosen, reason: text.refine((given) => given.trim() !== '', 'must say why') })
  .check(oneWay);

/** What a valid request is about. */
export const chosenIn = ({ ids, type, error }: Given): Chosen => (ids ? { ids } : { type: type!, error: error! });
