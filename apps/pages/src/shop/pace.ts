const SOON = 500;
const CALM = 5_000;
const SLOW = 20_000;

/** How soon to look again: an order that is under way soon, each time later while nothing changes; a settled one now and then. */
export const everyMs = (underWay: boolean, unchanged: number): number =>
  underWay ? Math.min(CALM, SOON * 1.4 ** Math.min(unchanged, 20)) : Math.min(SLOW, CALM * 1.4 ** Math.min(unchanged, 20));
