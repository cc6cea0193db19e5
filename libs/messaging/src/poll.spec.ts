import { describe, expect, test } from '@jest/globals';
import { silent } from './message.js';
import { Poll } from './poll.js';

const HOUR_MS = 3_600_000;

describe('a poll', () => {
  test('runs at once, again while there is more, and again when it is woken', async () => {
    let runs = 0;
    let reached: () => void = () => {};
    const runsReach = (n: number) => new Promise<void>((resolve) => (reached = () => runs === n && resolve()));
    const poll = new Poll(
      'test',
      HOUR_MS,
      async () => {
        runs += 1;
        reached();
        return runs < 3;
      },
      silent,
    );
    const third = runsReach(3);
    poll.start();
    await third;
    const fourth = runsReach(4);
    poll.wake();
    await fourth;
    await poll.stop();
    expect(runs).toBe(4);
  });

  test('a wake-up during a run is not lost', async () => {
    let runs = 0;
    const done = new Promise<void>((resolve) => {
      const poll: Poll = new Poll(
        'test',
        HOUR_MS,
        async () => {
          runs += 1;
          if (runs === 1) poll.wake();
          else resolve(poll.stop());
          return false;
        },
        silent,
      );
      poll.start();
    });
    await done.catch(() => undefined);
    expect(runs).toBe(2);
  }, 2_000);

  test('survives a run that throws', async () => {
    let runs = 0;
    await new Promise<void>((resolve) => {
      const poll = new Poll(
        'test',
        1,
        async () => {
          runs += 1;
          if (runs === 1) throw new Error('away');
          resolve();
          return false;
        },
        silent,
      );
      poll.start();
      void poll;
      setTimeout(() => void poll.stop(), 100).unref();
    });
    expect(runs).toBeGreaterThanOrEqual(2);
  });
});
