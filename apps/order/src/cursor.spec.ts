import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cursor, cursorAt, NEWEST } from './cursor.js';

const ids = fc.oneof(fc.uuid(), fc.constant(NEWEST));

describe('a cursor', () => {
  it('is the id that it was made of', () => {
    fc.assert(fc.property(ids, (id) => expect(cursor.parse(cursorAt(id))).toBe(id)));
  });

  it('has one form, and what is none becomes no id', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), ids.map(cursorAt)), (text) => {
        const read = cursor.safeParse(text);
        if (read.success) expect(cursorAt(read.data)).toBe(text);
      }),
    );
  });
});
