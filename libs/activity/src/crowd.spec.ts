import { describe, expect, it } from '@jest/globals';
import { Crowd } from './crowd.js';
import type { Happened } from './item.js';

const handled: Happened = { kind: 'handled', at: 1, type: 'payment.charge.v1', way: 'payment.work', orderId: 'o' };
const told = (crowd: Crowd, item: Happened, times: number) =>
  Array.from({ length: times }, (_, n) => crowd.goesAlone({ ...item, at: n })).filter(Boolean).length;

describe('of a crowd', () => {
  it('the first five of a line go alone, and the rest is one item that counts them and tells of no order', () => {
    const crowd = new Crowd();
    expect(told(crowd, handled, 100)).toBe(5);
    expect(crowd.end()).toEqual([{ kind: 'handled', at: 99, type: 'payment.charge.v1', way: 'payment.work', count: 95 }]);
  });

  it('nobody is counted when no line has more than five', () => {
    const crowd = new Crowd();
    expect(told(crowd, handled, 5)).toBe(5);
    expect(crowd.end()).toEqual([]);
  });

  it.each([
    ['another kind', { ...handled, kind: 'parked' }],
    ['another type', { ...handled, type: 'payment.cancel.v1' }],
    ['another way', { ...handled, way: 'order.events' }],
    ['no type', { kind: 'handled', at: 1 }],
  ] satisfies [string, Happened][])('%s is another line', (_, other) => {
    const crowd = new Crowd();
    told(crowd, handled, 100);
    expect(told(crowd, other, 7)).toBe(5);
    expect(crowd.end().map(({ count }) => count)).toEqual([95, 2]);
  });

  it('the next window knows nothing', () => {
    const crowd = new Crowd();
    told(crowd, handled, 100);
    crowd.end();
    expect(told(crowd, handled, 6)).toBe(5);
    expect(crowd.end()).toMatchObject([{ count: 1 }]);
  });
});
