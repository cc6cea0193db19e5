import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { z85 } from './z85.js';

const key = z.string().regex(/^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/, 'must be a key in Z85, 40 characters');
const pair = { secretKey: key, publicKey: key };

/** What a process that publishes has in its file. CURVE shows each side that the other one has its secret key. */
export const publisherKeys = z.object({ ...pair, subscriberKey: key });

/** What the process that subscribes has in its file: who has none of these keys is not heard. */
export const subscriberKeys = z.object({ ...pair, publisherKeys: z.array(key).min(1) });

export type PublisherKeys = z.infer<typeof publisherKeys>;
export type SubscriberKeys = z.infer<typeof subscriberKeys>;

/** The start of PKCS #8 for a key of X25519, whose 32 bytes follow. https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The pair that belongs to 32 secret bytes. CURVE's keys are X25519's: Node makes them without ZeroMQ. */
export function keyPairOf(secret: Buffer): { readonly secretKey: string; readonly publicKey: string } {
  if (secret.length !== 32) throw new Error(`A secret key of the feed has 32 bytes, and not ${secret.length}.`);
  const privateKey = createPrivateKey({ key: Buffer.concat([X25519, secret]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { secretKey: z85(secret), publicKey: z85(Buffer.from(x!, 'base64url')) };
}
