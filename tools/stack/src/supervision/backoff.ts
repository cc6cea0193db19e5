/** A process that crashed is started again at once, then more and more rarely, and for as long as it is wanted. */
const FIRST_MS = 200;
const CAP_MS = 5000;
/** A process that ran this long has recovered: its next crash counts as the first. */
export const STEADY_MS = 15_000;
/** So many crashes in a row are a crash loop, which waiting for it to be ready does not outlast. */
export const CRASH_LOOP = 3;

/** How long to wait before the next start, after so many crashes in a row. */
export const startsAgainAfterMs = (crashes: number): number => Math.min(CAP_MS, FIRST_MS * 2 ** Math.max(0, crashes - 1));
