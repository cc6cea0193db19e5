import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * The balancers wait 5 s for an answer, a service 2 s for a connection to its database, and Kafka 6 s for a sign of life. After a
 * pause of this length requests are refused and messages come again, whatever else has happened.
 */
export const LONG_PAUSE_S = 2;

/**
 * Looks, from now on, for how long at most this process gets no processor: the machine is paused, or starves it. The function that
 * is returned ends that, and tells the seconds.
 */
export function watchPauses(): () => number {
  const delays = monitorEventLoopDelay();
  delays.enable();
  return () => {
    delays.disable();
    return delays.max / 1e9;
  };
}
