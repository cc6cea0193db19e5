import { z } from 'zod';

/** Above every id: the first page begins there. */
export const NEWEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Where a page ended, as a client keeps it: the bytes of the last order's id. Clients take it as it is and read nothing in it. */
export const cursorAt = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

/** A cursor that `cursorAt` may have made; becomes the id. The last of 22 letters has four bits that mean nothing, and must be zero. */
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'must be the `next` of the page before')
  .transform((text) => {
    const hex = Buffer.from(text, 'base64url').toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  })
  .meta({ description: 'The `next` of the page before.' });
