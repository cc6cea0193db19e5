import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { register } from 'prom-client';
import { Scraped } from './scraped.js';

/** The scrape_timeout of its configuration. */
const PROMETHEUS_WAITS_MS = 4_000;

let scraped: Scraped<number>;
let reads: number;
beforeEach(() => {
  jest.useFakeTimers();
  reads = 0;
  scraped = new Scraped<number>(50);
  scraped.gauge('rows', 'Rows', ['lane'], (count) => [[{ lane: 'kafka' }, count]]);
  scraped.gauge('total', 'All of them', [], (count) => [[{}, count]]);
});
afterEach(() => {
  jest.useRealTimers();
  register.clear();
});

const scrape = async () => (await register.metrics()).split('\n').filter((line) => /^(rows|total)/.test(line));
const counting = async () => ++reads;

describe('figures that are read when Prometheus asks', () => {
  test('are read once for all gauges of a scrape, and again for the next one', async () => {
    scraped.from(counting);
    expect(await scrape()).toEqual(['rows{lane="kafka"} 1', 'total 1']);
    jest.advanceTimersByTime(60);
    expect(await scrape()).toEqual(['rows{lane="kafka"} 2', 'total 2']);
  });

  test('are not read again by whoever asks right after', async () => {
    scraped.from(counting);
    await scrape();
    await scrape();
    expect(reads).toBe(1);
  });

  test('have no value without a source, nor after it was taken away', async () => {
    expect(await scrape()).toEqual([]);
    const stop = scraped.from(counting);
    expect(await scrape()).toHaveLength(2);
    stop();
    expect(await scrape()).toEqual([]);
  });

  test('have no value when the reading fails: an old one would look like a good one', async () => {
    scraped.from(async () => {
      if (++reads > 1) throw new Error('the database is away');
      return 7;
    });
    expect(await scrape()).toHaveLength(2);
    jest.advanceTimersByTime(60);
    expect(await scrape()).toEqual([]);
  });

  test('do not hold a scrape up when the reading hangs, and no second reading is sent after it', async () => {
    scraped.from(() => {
      reads++;
      return new Promise(() => {});
    });
    for (let n = 1; n <= 2; n++) {
      let answer: string[] | undefined;
      void scrape().then((lines) => (answer = lines));
      await jest.advanceTimersByTimeAsync(PROMETHEUS_WAITS_MS - 1);
      expect(answer).toEqual([]);
    }
    expect(reads).toBe(1);
  });
});
