/** How the connection to a stream of server-sent events is. */
export type StreamState = 'connecting' | 'open' | 'lost';

/** So long after a break the page tries again; then twice as long, up to the last one. */
const AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;

const againMs = (breaks: number): number => AGAIN_MS[Math.min(breaks, AGAIN_MS.length - 1)]!;

/**
 * Listens to a stream of this origin. The browser's own EventSource gives up after an answer that is no stream (a 502 while
 * the server starts again), so each break opens a new one.
 * Returns how to stop.
 */
export function listen(
  path: string,
  {
    types,
    heard,
    state,
  }: {
    readonly types: readonly string[];
    readonly heard: (type: string, data: string, id: string) => void;
    readonly state: (now: StreamState) => void;
  },
): () => void {
  let breaks = 0;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    state(breaks === 0 ? 'connecting' : 'lost');
    source = new EventSource(path);
    source.onopen = () => {
      breaks = 0;
      state('open');
    };
    source.onerror = () => {
      source?.close();
      state('lost');
      timer = setTimeout(open, againMs(breaks));
      breaks += 1;
    };
    for (const type of types) source.addEventListener(type, (event) => heard(type, String(event.data), event.lastEventId));
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
