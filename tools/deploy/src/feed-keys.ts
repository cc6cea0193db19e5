import { keyPairOf, type PublisherKeys, type SubscriberKeys } from '@waybill/activity';
import { SERVICES } from '@waybill/contracts';

/** The file in which a process finds its keys of the live feed. */
export const feedKeysSecretOf = (process: string) => `feed-keys-${process}`;

/** The secret that its pair is made of, which no process is given. */
export const feedSecretOf = (process: string) => `feed-${process}`;

const CONSOLE = 'console';
/** Who has a pair of keys. */
export const FEED_PROCESSES: readonly string[] = [...SERVICES, CONSOLE];

/**
 * The key files of the live feed by their names. Each has the pair of its process and the public keys of those whom it speaks
 * with. `password` gives the secret of a process: 32 bytes in base64url, which no process but this one is given as they are.
 */
export function feedKeyFiles(password: (name: string) => string): Readonly<Record<string, string>> {
  const pairOf = (process: string) => keyPairOf(Buffer.from(password(feedSecretOf(process)), 'base64url'));
  const subscriber = pairOf(CONSOLE);
  const publishers = SERVICES.map((service) => [service, pairOf(service)] as const);
  const ofConsole: SubscriberKeys = { ...subscriber, publisherKeys: publishers.map(([, { publicKey }]) => publicKey) };
  const ofService = (pair: (typeof publishers)[number][1]): PublisherKeys => ({ ...pair, subscriberKey: subscriber.publicKey });
  return Object.fromEntries([
    [feedKeysSecretOf(CONSOLE), JSON.stringify(ofConsole)],
    ...publishers.map(([service, pair]) => [feedKeysSecretOf(service), JSON.stringify(ofService(pair))]),
  ]) as Record<string, string>;
}
