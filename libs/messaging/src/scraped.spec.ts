import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { register } from 'prom-client';
import { Scraped } from './scraped.js';

let scraped: Scraped<number>;
let reads: number;
beforeEach(() => {
  reads = 0;
  scraped = new Scraped<number>(50);
  scraped.gauge('rows', 'Rows', ['lane'], (count) => [[{ lane: 'kafka' }, count]]);
  scraped.gauge('total', 'All of them', [], (count) => [[{}, count]]);
});
afterEach(() => register.clear());

const scrape = async () => (await register.metrics()).split('\n').filter((line) => /^(rows|total)/.test(line));
const counting = async () => ++reads;

describe('figures that are read when Prometheus asks', () => {
  test('are read once for all gauges of a scrape, and again for the next one', async () => {
    scraped.from(counting);
    expect(await scrape()).toEqual(['rows{lane="kafka"} 1', 'total 1']);
    await new Promise((resolve) => setTimeout(resolve, 60));
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
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await scrape()).toEqual([]);
  });

  test('do not hold a scrape up when the reading hangs, and no second reading is sent after it', async () => {
    scraped.from(() => {
      reads++;
      return new Promise(() => {});
    });
    const started = performance.now();
    expect(await scrape()).toEqual([]);
    expect(await scrape()).toEqual([]);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(reads).toBe(1);
  });
});

jest.setTimeout(10_000);
