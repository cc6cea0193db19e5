import type { ServerResponse } from 'node:http';
import { streams } from '../metrics.js';
import type { LeftOut, LiveItem } from './live-item.js';

/** So many pages may listen. Each holds a connection, and may hold back `MAX_UNREAD_BYTES`. */
const MAX_LISTENERS = 32;
/** A page that does not read so much is cut off: it connects again, and is told what it missed. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** What a page missed within so many events it gets when it connects again. */
const KEPT_EVENTS = 500;
/** Above it the pages show a rate and not single items: what is over is counted by its kind and its way. */
const MAX_ITEMS_A_SECOND = 100;
const SECOND_MS = 1_000;
/** Above the kinds of items, times the types of messages, times the services. */
const MAX_KINDS = 500;
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
  #itemsOfSecond = 0;
  readonly #leftOut = new Map<string, LeftOut>();
  #second: NodeJS.Timeout | undefined;
  readonly #heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** An item for the map. Of more than a hundred in a second the rest is counted, and told when the second has ended. */
  item(item: LiveItem): void {
    this.#second ??= setTimeout(() => this.#endSecond(), SECOND_MS).unref();
    if (++this.#itemsOfSecond > MAX_ITEMS_A_SECOND) this.#leaveOut(item);
    else this.#publish('item', item);
  }

  #leaveOut({ at, kind, service, type, way, count = 1 }: LiveItem): void {
    const key = [kind, service, type, way].join(' ');
    const known = this.#leftOut.get(key);
    // Under load this is nearly every item, so the entry is changed in its place.
    if (known) Object.assign(known, { at, count: known.count + count });
    else if (this.#leftOut.size < MAX_KINDS)
      this.#leftOut.set(key, {
        at,
        kind,
        service,
        ...(type !== undefined && { type }),
        ...(way !== undefined && { way }),
        count,
      });
  }

  #endSecond(): void {
    this.#second = undefined;
    this.#itemsOfSecond = 0;
    if (this.#leftOut.size === 0) return;
    this.#publish('left-out', { kinds: [...this.#leftOut.values()] });
    this.#leftOut.clear();
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
  }

  end(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#second);
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
