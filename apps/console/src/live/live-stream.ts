import type { ServerResponse } from 'node:http';
import { streams } from '../metrics.js';
import type { LiveItem } from './live-item.js';

/** So many pages may listen. Each holds a connection, and may hold back `MAX_UNREAD_BYTES`. */
const MAX_LISTENERS = 32;
/** A page that does not read so much is cut off: it connects again, and is told what it missed. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** What a page missed within so many events, ten seconds of a busy system, it gets when it connects again. */
const KEPT_EVENTS = 40;
/**
 * What came in such a window goes together, counted by what it is. An eye sees no difference, and each event costs the console, nginx
 * and the page as much as all that it tells: a busy system has thousands of items a second.
 */
const TOLD_EVERY_MS = 250;
/** Above the kinds of items, times the types of messages, times the services. */
const MAX_LINES = 500;
/** Below the 60 s of nginx, and short enough that a page sees a connection that died. */
const HEARTBEAT_MS = 5_000;

interface Event {
  readonly id: number;
  readonly text: string;
}

/** What the pages hear of, as server-sent events. What happened has a number, so that a page sees whether it missed some. */
export class LiveStream {
  #sequence = 0;
  readonly #kept: Event[] = [];
  readonly #listeners = new Set<ServerResponse>();
  readonly #window = new Map<string, LiveItem>();
  #windowEnds: NodeJS.Timeout | undefined;
  #onListener: () => void = () => {};
  readonly #heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** An item for the map. It is told when its window ends. */
  item(item: LiveItem): void {
    this.#windowEnds ??= setTimeout(() => this.#endWindow(), TOLD_EVERY_MS).unref();
    const { kind, service, type, way, count } = item;
    const line = `${kind} ${service} ${type} ${way}`;
    const known = this.#window.get(line);
    if (known) this.#window.set(line, { ...known, count: known.count + count });
    else if (this.#window.size < MAX_LINES) this.#window.set(line, item);
  }

  #endWindow(): void {
    this.#windowEnds = undefined;
    this.#publish('items', { items: [...this.#window.values()] });
    this.#window.clear();
  }

  /** Calls this for each page that begins to listen: it has nothing to show yet. */
  onListener(called: () => void): void {
    this.#onListener = called;
  }

  /** How the system is: the next one replaces it, so that it has no number, and who missed one has missed nothing. */
  state(state: object): void {
    for (const listener of this.#listeners) this.#write(listener, `event: state\ndata: ${JSON.stringify(state)}\n\n`);
  }

  #publish(name: string, data: object): void {
    const id = ++this.#sequence;
    const event = { id, text: `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n` };
    this.#kept.push(event);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const listener of this.#listeners) this.#write(listener, event.text);
  }

  get hasRoom(): boolean {
    return this.#listeners.size < MAX_LISTENERS;
  }

  /** `after` is the number of the last event that this page has seen. */
  listen(listener: ServerResponse, after: number | undefined): void {
    listener.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // The last that is sent on it: kept open after its end, it would hold up the console's.
      connection: 'close',
      // nginx passes each event on at once.
      'x-accel-buffering': 'no',
    });
    this.#listeners.add(listener);
    streams.set(this.#listeners.size);
    listener.on('close', () => this.#leave(listener));
    this.#write(listener, `retry: 1000\nevent: hello\ndata: ${JSON.stringify(this.#missed(after))}\n\n`);
    // A number from before our own start is higher than any of ours: that page begins anew.
    if (after !== undefined && after <= this.#sequence)
      for (const { id, text } of this.#kept) if (id > after) this.#write(listener, text);
    this.#onListener();
  }

  end(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#windowEnds);
    for (const listener of this.#listeners) listener.end();
  }

  #missed(after: number | undefined): object {
    const oldest = this.#kept[0]?.id ?? this.#sequence + 1;
    const restarted = after !== undefined && after > this.#sequence;
    return {
      sequence: this.#sequence,
      restarted,
      missed: after === undefined || restarted ? 0 : Math.max(0, oldest - after - 1),
    };
  }

  #beat(): void {
    for (const listener of this.#listeners) this.#write(listener, `event: heartbeat\ndata: {"sequence":${this.#sequence}}\n\n`);
  }

  #write(listener: ServerResponse, text: string): void {
    if (listener.writableLength > MAX_UNREAD_BYTES) listener.destroy();
    else listener.write(text);
  }

  #leave(listener: ServerResponse): void {
    this.#listeners.delete(listener);
    streams.set(this.#listeners.size);
  }
}
