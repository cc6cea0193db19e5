import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { instanceOf } from '@waybill/stack';
import { endGame, graded, INSTANCE, readGame, writeGame } from './game.ts';

const incident = { kind: 'relay-shut-out', place: 'order/kafka' };

describe('an answer', () => {
  it.each([
    ['relay-shut-out', 'order/kafka', 1, { right: true, points: 10 }],
    ['relay-shut-out', 'order/kafka', 3, { right: true, points: 8 }],
    ['relay-shut-out', 'order/rabbitmq', 1, { right: false, points: 5 }],
    ['lock-held', 'order/kafka', 2, { right: false, points: 4 }],
    ['lock-held', 'payment', 1, { right: false, points: 0 }],
    ['lock-held', 'payment', 9, { right: false, points: 0 }],
  ])('%s at %s, the %d. one, is graded', (what, where, nth, grade) => {
    expect(graded(incident, { what, where }, nth)).toMatchObject(grade);
  });

  it('that is half right says which half', () => {
    expect(graded(incident, { what: 'relay-shut-out', where: 'payment' }, 1).says).toMatch(
      /It is relay-shut-out, but not at payment/,
    );
    expect(graded(incident, { what: 'lock-held', where: 'order/kafka' }, 1).says).toMatch(
      /wrong at order\/kafka, but it is not lock-held/,
    );
  });
});

describe('a game', () => {
  const { dir } = instanceOf(INSTANCE);
  const wasThere = existsSync(dir);
  afterEach(() => {
    endGame();
    if (!wasThere) rmSync(dir, { recursive: true, force: true });
  });

  // A drill of the person who runs the specs goes on.
  (wasThere ? it.skip : it)('is kept in a file that does not say its seed in clear text, and ends with it', () => {
    writeGame({ seed: 123_456, answers: 2 });
    expect(readGame()).toEqual({ seed: 123_456, answers: 2 });
    const file = instanceOf(INSTANCE).paths.of('game');
    expect(dirname(file)).toBe(dir);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('123456');
    expect(Buffer.from(text, 'base64').toString()).not.toContain('123456');
    endGame();
    expect(readGame()).toBeUndefined();
  });
});
