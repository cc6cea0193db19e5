import { z } from 'zod';

const z85 = z.string().regex(/^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/, 'must be a key in Z85, 40 characters');

/** The keys of one side of the feed, as its file holds them. CURVE shows each side that the other one has its secret key. */
export const feedKeys = z.object({ secretKey: z85, publicKey: z85, peerPublicKey: z85 });

export type FeedKeys = z.infer<typeof feedKeys>;
