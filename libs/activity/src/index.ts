export type { ActivityItem, ActivityKind } from './item.js';
export { keyPairOf, publisherKeys, type PublisherKeys, subscriberKeys, type SubscriberKeys } from './keys.js';
export type { Heard, Totals } from './losses.js';
export { type About, ActivityPublisher, type PublisherOptions } from './publisher.js';
export { ActivitySubscriber, type SubscriberOptions } from './subscriber.js';
