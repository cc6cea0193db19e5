import { z } from 'zod';

/** Texts come from messages, and anybody can send a message: a longer one is cut. */
export const LONGEST_TEXT = 100;
/** So many items go together at most. Each is below 500 bytes, which bounds what a batch takes. */
export const ITEMS_TOGETHER = 64;

const text = z.string().max(LONGEST_TEXT);

/** Something that happened a moment ago: small, of interest now, and no loss if it is lost. Nothing personal is in it. */
const activityItem = z.object({
  kind: z.enum([
    // an app's route, its call and its mail
    ...(['accepted', 'charged', 'mailed'] as const),
    // a message is committed to the outbox, confirmed by its broker, has arrived; and what became of it
    ...(['sent', 'published', 'received', 'handled', 'duplicate', 'parked', 'retried', 'dead'] as const),
    // the replica itself
    ...(['ready', 'draining'] as const),
  ]),
  /** Milliseconds since 1970, by the clock of the replica. */
  at: z.number(),
  orderId: text.optional(),
  messageId: text.optional(),
  /** The type of the message. */
  type: text.optional(),
  /** The topic, exchange or queue. */
  way: text.optional(),
  /** It stands for so many of its kind, type and way, which have nothing else. */
  count: z.number().int().min(1).optional(),
});

/** What goes over the wire at once. Without items it only tells how far the replica has come. */
export const batch = z.object({
  replica: text,
  /** Which life of this replica: the numbers begin anew with each. */
  start: text,
  /** The number of the first of what happened, or of the next when there are no items. An item that counts takes as many numbers. */
  first: z.number().int().min(0),
  items: z.array(activityItem).max(ITEMS_TOGETHER),
});

export type Batch = z.infer<typeof batch>;
export type Happened = z.infer<typeof activityItem>;
export type ActivityKind = Happened['kind'];

/** How many happened by what these items say. Each of them has a number. */
export const happenedIn = (items: readonly Pick<Happened, 'count'>[]): number =>
  items.reduce((sum, { count = 1 }) => sum + count, 0);

/** An item as its subscriber gets it. */
export interface ActivityItem extends Happened {
  readonly replica: string;
}
