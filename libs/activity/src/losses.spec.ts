import { describe, expect, it } from '@jest/globals';
import { Losses } from './losses.js';

const items = (count: number) => Array.from({ length: count }, () => ({}));
const batch = (first: number, count: number, start = 'a', replica = 'order-1') => ({
  replica,
  start,
  first,
  items: items(count),
});

function heardOf(...batches: Parameters<Losses['note']>[0][]) {
  const losses = new Losses();
  for (const one of batches) losses.note(one);
  return losses.heard.map(({ replica, start, received, lost }) => `${replica} ${start}: ${received}, lost ${lost}`);
}

describe('what was lost', () => {
  it('is what the numbers leave out', () => {
    expect(heardOf(batch(0, 3), batch(3, 2), batch(9, 1))).toEqual(['order-1 a: 6, lost 4']);
  });

  it('is not what was only counted: an item has a number for each that it counts', () => {
    const counted = { ...batch(0, 0), items: [{}, { count: 40 }, { count: 9 }] };
    expect(heardOf(counted, batch(50, 1), batch(52, 1))).toEqual(['order-1 a: 52, lost 1']);
  });

  it('is seen by the next beat when nothing else follows', () => {
    expect(heardOf(batch(0, 3), batch(64, 0))).toEqual(['order-1 a: 3, lost 61']);
  });

  it('is not what was told before anybody listened', () => {
    expect(heardOf(batch(5_000, 2), batch(5_002, 1))).toEqual(['order-1 a: 3, lost 0']);
  });

  it('is not the rest of the life before: a restart is a new start', () => {
    expect(heardOf(batch(0, 3), batch(0, 1, 'b'), batch(1, 1, 'b'))).toEqual(['order-1 a: 3, lost 0', 'order-1 b: 2, lost 0']);
  });

  it('is counted for each replica', () => {
    expect(heardOf(batch(0, 1), batch(0, 1, 'b', 'order-2'), batch(3, 1))).toEqual([
      'order-2 b: 1, lost 0',
      'order-1 a: 2, lost 2',
    ]);
  });

  it('is summed up, and each replica says when it was last heard of', () => {
    let now = 1;
    const losses = new Losses(() => now);
    losses.note(batch(0, 3));
    losses.note(batch(9, 1));
    now = 2;
    losses.note(batch(0, 1, 'b', 'order-2'));
    expect(losses.totals).toEqual({ received: 5, lost: 6 });
    expect(losses.heard).toMatchObject([
      { replica: 'order-1', lastAt: 1 },
      { replica: 'order-2', lastAt: 2 },
    ]);
  });

  it('is remembered for the 64 starts that were last heard of', () => {
    const losses = new Losses();
    for (let n = 0; n < 1_000; n += 1) losses.note(batch(0, 1, String(n)));
    expect(losses.heard).toHaveLength(64);
    expect(losses.heard.at(-1)).toMatchObject({ start: '999' });
    expect(losses.totals).toEqual({ received: 1_000, lost: 0 });
  });
});
