import { describe, expect, it } from '@jest/globals';
import { heard, NOTHING_HEARD, type Heard } from './heard.ts';

const item = (id: number) => ({ type: 'item', id, data: { name: `item ${id}` } });
const hello = (sequence: number, restarted = false) => ({ type: 'hello', data: { sequence, restarted } });
const after = (...events: Parameters<typeof heard>[1][]): Heard => events.reduce(heard, NOTHING_HEARD);

describe('what a page hears', () => {
  it('begins with the number at which the console is: what was before is not missed', () => {
    expect(after(hello(40), item(41))).toMatchObject({ missed: 0, sequence: 41, items: [{ name: 'item 41' }] });
  });

  it('has the newest first, and keeps 200', () => {
    const { items } = after(hello(0), ...Array.from({ length: 300 }, (_, index) => item(index + 1)));
    expect([items.length, items[0]]).toEqual([200, { name: 'item 300' }]);
  });

  it('is missed where a number is left out, and while the stream was cut', () => {
    expect(after(hello(0), item(1), item(4)).missed).toBe(2);
    expect(after(hello(0), item(1), hello(10)).missed).toBe(9);
  });

  it('is one item for many of its kind, where there were too many for the stream', () => {
    const kinds = [{ kind: 'published', count: 50 }];
    expect(after(hello(0), item(1), { type: 'left-out', id: 2, data: { kinds } })).toMatchObject({
      missed: 0,
      items: [{ kind: 'published', count: 50 }, { name: 'item 1' }],
    });
  });

  it('is not missed when the console began anew', () => {
    expect(after(hello(0), item(1), item(2), hello(1), item(2))).toMatchObject({ missed: 0, sequence: 2 });
  });

  it('comes once, also when the stream repeats it', () => {
    expect(after(hello(0), item(1), item(1)).items.length).toBe(1);
  });
});
