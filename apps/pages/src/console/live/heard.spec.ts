import { describe, expect, it } from '@jest/globals';
import { heard, NOTHING_HEARD, type Heard } from './heard.ts';

const items = (id: number) => ({ type: 'items', id, data: { items: [] } });
const hello = (sequence: number, restarted = false) => ({ type: 'hello', data: { sequence, restarted } });
const after = (...events: Parameters<typeof heard>[1][]): Heard => events.reduce(heard, NOTHING_HEARD);

describe('what a page hears', () => {
  it('begins with the number at which the console is: what was before is not missed', () => {
    expect(after(hello(40), items(41))).toMatchObject({ missed: 0, sequence: 41 });
  });

  it('is missed where a number is left out, and while the stream was cut', () => {
    expect(after(hello(0), items(1), items(4)).missed).toBe(2);
    expect(after(hello(0), items(1), hello(10)).missed).toBe(9);
  });

  it('is not missed when the console began anew', () => {
    expect(after(hello(0), items(1), items(2), hello(1), items(2))).toMatchObject({ missed: 0, sequence: 2 });
  });

  it('comes once, also when the stream repeats it', () => {
    const once = after(hello(0), items(1));
    expect(heard(once, items(1))).toBe(once);
  });

  it('has the state of the system as it was told last', () => {
    const state = (at: number) => ({ type: 'state', data: { at } });
    expect(after(hello(0), state(1), items(1), state(2))).toEqual({ missed: 0, sequence: 1, state: { at: 2 } });
  });
});
