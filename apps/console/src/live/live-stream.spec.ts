import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { LiveItem } from './live-item.js';
import { LiveStream } from './live-stream.js';

let stream: LiveStream;
let heard: { readonly event: string; readonly data: Record<string, unknown> }[];
beforeEach(() => {
  jest.useFakeTimers();
  heard = [];
  stream = new LiveStream();
  const page = {
    writableLength: 0,
    writeHead: () => page,
    on: () => page,
    end: () => page,
    write: (text: string) => {
      const [, event, data] = /event: (\S+)\ndata: (.*)/.exec(text)!;
      heard.push({ event: event!, data: JSON.parse(data!) as Record<string, unknown> });
    },
  };
  stream.listen(page as unknown as ServerResponse, undefined);
});
afterEach(() => {
  stream.end();
  jest.useRealTimers();
});

const item = (n: number, given: Partial<LiveItem> = {}): LiveItem => ({
  at: n,
  kind: 'handled',
  service: 'payment',
  replica: 'payment-1',
  type: 'payment.charge.v1',
  order: `order ${n}`,
  ...given,
});
const of = (event: string) => heard.filter((each) => each.event === event).map(({ data }) => data);

describe('items', () => {
  it('go to the pages one by one, up to a hundred a second', () => {
    for (let n = 0; n < 100; n += 1) stream.item(item(n));
    jest.advanceTimersByTime(1_000);
    expect([of('item').length, of('left-out')]).toEqual([100, []]);
  });

  it('beyond that are counted by what they are, and told when the second ends, also when no other one follows', () => {
    for (let n = 0; n < 1_100; n += 1) stream.item(item(n, n % 2 ? {} : { kind: 'published', service: 'order' }));
    expect(of('left-out')).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(of('item').length).toBe(100);
    expect(of('left-out')).toEqual([
      {
        kinds: [
          { at: 1_098, kind: 'published', service: 'order', type: 'payment.charge.v1', count: 500 },
          { at: 1_099, kind: 'handled', service: 'payment', type: 'payment.charge.v1', count: 500 },
        ],
      },
    ]);
  });

  it('that count others are counted as so many', () => {
    for (let n = 0; n < 100; n += 1) stream.item(item(n));
    stream.item(item(100));
    stream.item(item(101, { count: 70 }));
    jest.advanceTimersByTime(1_000);
    expect(of('left-out')).toMatchObject([{ kinds: [{ at: 101, count: 71 }] }]);
  });

  it('are shown one by one again in the next second', () => {
    for (let n = 0; n < 1_000; n += 1) stream.item(item(n));
    jest.advanceTimersByTime(1_000);
    stream.item(item(1_000));
    expect(of('item').length).toBe(101);
  });
});
