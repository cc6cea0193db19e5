import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { listen } from './events.ts';

/** A stream that opens, speaks and breaks when the spec says so. */
class Source extends EventTarget {
  static readonly opened: Source[] = [];
  closed = false;
  onopen?: () => void;
  onerror?: () => void;

  constructor(readonly path: string) {
    super();
    Source.opened.push(this);
  }

  close() {
    this.closed = true;
  }

  says(type: string, data: string) {
    this.dispatchEvent(Object.assign(new Event(type), { data, lastEventId: '' }));
  }
}

const last = () => Source.opened.at(-1)!;
let states: string[];
let heard: string[];
let stop: () => void;

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(globalThis, { EventSource: Source });
  Source.opened.length = 0;
  states = [];
  heard = [];
  stop = listen('/feed', {
    types: ['handled'],
    heard: (type, data) => heard.push(`${type} ${data}`),
    state: (now) => states.push(now),
  });
});
afterEach(() => {
  stop();
  jest.useRealTimers();
});

describe('a page that listens to a stream', () => {
  it('hears the types that it named', () => {
    last().onopen!();
    last().says('handled', '1');
    last().says('other', '2');
    expect([heard, states]).toEqual([['handled 1'], ['connecting', 'open']]);
  });

  it('opens a new one after a break, each time later, and says meanwhile that it is lost', () => {
    for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      const opened = Source.opened.length;
      last().onerror!();
      expect([last().closed, states.at(-1)]).toEqual([true, 'lost']);
      jest.advanceTimersByTime(wait - 1);
      expect(Source.opened).toHaveLength(opened);
      jest.advanceTimersByTime(1);
      expect(Source.opened).toHaveLength(opened + 1);
    }
    last().onopen!();
    expect(states.at(-1)).toBe('open');
    last().onerror!();
    jest.advanceTimersByTime(500);
    expect(Source.opened).toHaveLength(8);
  });

  it('opens nothing any more once it has stopped', () => {
    last().onerror!();
    stop();
    jest.advanceTimersByTime(60_000);
    expect([Source.opened.length, last().closed]).toEqual([1, true]);
  });
});
