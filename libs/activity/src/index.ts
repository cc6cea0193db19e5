export type { ActivityItem, ActivityKind } from './item.js';
export { feedKeys, type FeedKeys } from './keys.js';
export type { Heard } from './losses.js';
export { type About, ActivityPublisher, type PublisherOptions } from './publisher.js';
export { ActivitySubscriber, type SubscriberOptions } from './subscriber.js';
