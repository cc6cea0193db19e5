/**
 * Numbers from 0 to below 1. A seed gives the same row of numbers every time (mulberry32: 32 bits of state, fair enough to choose
 * one call in ten). Without a seed they come by chance.
 */
export function chance(seed?: number): () => number {
  if (seed === undefined) return Math.random;
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
