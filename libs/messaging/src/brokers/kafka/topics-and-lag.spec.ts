import { describe, expect, test } from '@jest/globals';
import { groupState } from './topics-and-lag.js';

const ends = [
  { partition: 0, start: '0', end: '10' },
  { partition: 1, start: '50', end: '60' },
  { partition: 2, start: '0', end: '0' },
];

describe("a group's lag", () => {
  test('is what lies between its offset and the end, over its partitions', () => {
    const offsets = [
      { partition: 0, offset: '7' },
      { partition: 1, offset: '60' },
      { partition: 2, offset: '0' },
    ];
    expect(groupState('payment.handlers', 2, ends, offsets)).toEqual({
      group: 'payment.handlers',
      members: 2,
      lag: 3,
      partitions: [
        { partition: 0, committed: '7', lag: 3, removedUnread: 0 },
        { partition: 1, committed: '60', lag: 0, removedUnread: 0 },
        { partition: 2, committed: '0', lag: 0, removedUnread: 0 },
      ],
    });
  });

  test('leaves out partitions in which it has no offset, and what is not there any more', () => {
    const offsets = [
      { partition: 0, offset: '-1' },
      { partition: 1, offset: '0' },
    ];
    expect(groupState('late', 0, ends, offsets)).toMatchObject({
      lag: 10,
      partitions: [{ partition: 1, lag: 10, removedUnread: 50 }],
    });
  });

  test('is none where its offset is beyond the end: the topic was made anew', () => {
    expect(groupState('late', 0, ends, [{ partition: 0, offset: '25' }])).toMatchObject({
      lag: 0,
      partitions: [{ removedUnread: 0 }],
    });
  });
});
