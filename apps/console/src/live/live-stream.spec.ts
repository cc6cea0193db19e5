import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { LiveItem } from './live-item.js';
import { LiveStream } from './live-stream.js';

let stream: LiveStream;
let page: ServerResponse;
let heard: { readonly event: string; readonly data: Record<string, unknown> }[];
beforeEach(() => {
  jest.useFakeTimers();
  heard = [];
  stream = new LiveStream();
  const itsPage = {
    writableLength: 0,
    writeHead: () => itsPage,
    on: () => itsPage,
    end: () => itsPage,
    write: (text: string) => {
      const [, event, data] = /event: (\S+)\ndata: (.*)/.exec(text)!;
      heard.push({ event: event!, data: JSON.parse(data!) as Record<string, unknown> });
    },
  };
  page = itsPage as unknown as ServerResponse;
  stream.listen(page, undefined);
});
afterEach(() => {
  stream.end();
  jest.useRealTimers();
});

const item = (given: Partial<LiveItem> = {}): LiveItem => ({
  kind: 'handled',
  service: 'payment',
  type: 'payment.charge.v1',
  count: 1,
  ...given,
});
const told = () => heard.filter(({ event }) => event === 'items').map(({ data }) => data['items']);

it('says when a page begins to listen, which has nothing to show yet', () => {
  const called = jest.fn();
  stream.onListener(called);
  expect(called).not.toHaveBeenCalled();
  stream.listen(page, undefined);
  expect(called).toHaveBeenCalledTimes(1);
});

describe('items', () => {
  it('are told four times a second, counted by what they are', () => {
    for (let n = 0; n < 1_000; n += 1) stream.item(n % 2 ? item() : item({ kind: 'published', service: 'order' }));
    expect(told()).toEqual([]);
    jest.advanceTimersByTime(250);
    expect(told()).toEqual([[item({ kind: 'published', service: 'order', count: 500 }), item({ count: 500 })]]);
    stream.item(item());
    jest.advanceTimersByTime(250);
    expect(told()[1]).toEqual([item()]);
  });

  it('that count others are counted as so many', () => {
    stream.item(item());
    stream.item(item({ count: 70 }));
    jest.advanceTimersByTime(250);
    expect(told()).toEqual([[item({ count: 71 })]]);
  });

  it('of which none came are not told', () => {
    jest.advanceTimersByTime(1_000);
    expect(told()).toEqual([]);
  });
});
