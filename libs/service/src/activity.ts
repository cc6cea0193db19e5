import { Logger } from '@nestjs/common';
import { type About, ActivityPublisher, type PublisherKeys } from '@waybill/activity';
import { contracts } from '@waybill/contracts';
import { type Observe, observeMessages } from '@waybill/messaging';
import { isDeepStrictEqual } from 'node:util';
import type { ServiceConfig } from './config.js';

/** What the messages of an order do not tell: the app or the process says it. */
type Told = 'accepted' | 'charged' | 'mailed' | 'ready' | 'draining';

let publisher: ActivityPublisher | undefined;

/** Tells the live feed that something has happened, if there is one. Call it behind the commit: it never waits and never throws. */
export function tellActivity(what: Told, orderId?: string): void {
  publisher?.publish(what, orderId === undefined ? {} : { orderId });
}

export interface Feed {
  readonly address: string;
  /** The keys of this moment. */
  readonly keys: () => PublisherKeys;
}

/** So soon the feed goes on with keys that were made anew. */
const LOOK_FOR_KEYS_MS = 5_000;

/** Publishes from now on what happens to messages here, and what `tellActivity` says, until it is stopped. */
export async function startActivity({ replica }: Pick<ServiceConfig, 'replica'>, { address, keys }: Feed) {
  let known = keys();
  const started = new ActivityPublisher({ url: address, replica, keys: known });
  try {
    await started.open();
  } catch (error) {
    new Logger('Activity').warn({ reason: (error as Error).message }, 'the live feed has nothing of this process');
    return { stop() {} };
  }
  publisher = started;
  observeMessages((what, message, way) => started.publish(what, aboutOf(message, way)));
  const looking = setInterval(() => {
    const now = keys();
    if (isDeepStrictEqual(now, known)) return;
    started.useKeys((known = now));
  }, LOOK_FOR_KEYS_MS).unref();
  return {
    stop() {
      clearInterval(looking);
      observeMessages(undefined);
      publisher = undefined;
      started.close();
    },
  };
}

const types = new Set(contracts.map(({ type }) => type));
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Nothing personal may get into an item. Anybody who can send a message can give it any key and any type: so a key is told only
 * if it can be the id of an order, and a type only if a contract has it.
 */
export function aboutOf({ id, type, key }: Parameters<Observe>[1], way: string): About {
  const about = { messageId: id, type: types.has(type) ? type : 'unknown', way };
  return key !== id && UUID.test(key) ? { ...about, orderId: key } : about;
}
