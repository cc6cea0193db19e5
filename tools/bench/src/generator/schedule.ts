/**
 * When each order of an open loop is due, in milliseconds from its start. The gaps are random, as those of clients that know nothing
 * of each other: evenly spaced orders would never meet. The same seed makes the same schedule, so each system gets the same one.
 */
export function schedule(perSecond: number, forMs: number, seed = 1): number[] {
  const random = generator(seed);
  const due: number[] = [];
  for (let at = gap(random, perSecond); at < forMs; at += gap(random, perSecond)) due.push(at);
  return due;
}

const gap = (random: () => number, perSecond: number) => (-Math.log(1 - random()) / perSecond) * 1_000;

/** mulberry32: a small generator with a seed, because `Math.random` has none. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Whether ever more orders wait. Then latency has no value: it would say how long the run was. `unsettled` are counts that were taken
 * at equal intervals. A system that polls once a second has a second's worth waiting at all times, which is no growth.
 */
export function isGrowing(unsettled: readonly number[], perSecond: number): boolean {
  const third = Math.floor(unsettled.length / 3);
  if (third === 0) return false;
  const mean = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const [early, late] = [mean(unsettled.slice(0, third)), mean(unsettled.slice(-third))];
  return late - early > Math.max(10, 0.5 * perSecond) && late > 1.3 * early;
}
