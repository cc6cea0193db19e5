/**
 * The order in which the rounds measure things: A B C, then C B A, and so on. What drifts during a run, for instance tables that
 * grow or a machine that warms up, then weighs on all of them alike.
 */
export const interleaved = <T>(things: readonly T[], rounds: number): { readonly round: number; readonly thing: T }[] =>
  Array.from({ length: rounds }, (_, round) =>
    (round % 2 === 0 ? things : things.toReversed()).map((thing) => ({ round, thing })),
  ).flat();
