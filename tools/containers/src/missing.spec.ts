import { describe, expect, it } from '@jest/globals';
import { tooOld } from './missing.ts';

describe('a Docker that is too old', () => {
  it.each([
    ['28.5.2+dfsg4', '2.40.3', undefined],
    ['26.0.0', 'v2.30.0', undefined],
    ['29.1.0', '5.0.1', undefined],
    ['25.0.5', '2.40.3', 'Docker Engine 26 or later is needed, and this is 25.0.5.'],
    ['28.5.2', 'v2.29.7', 'Docker Compose 2.30 or later is needed, and this is v2.29.7.'],
    ['28.5.2', '1.29.2', 'Docker Compose 2.30 or later is needed, and this is 1.29.2.'],
  ])('is told from engine %s and compose %s', (engine, plugin, sentence) => {
    expect(tooOld(engine, plugin)).toBe(sentence);
  });
});
