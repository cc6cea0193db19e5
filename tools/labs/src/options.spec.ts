import { expect, it } from '@jest/globals';
import { LABS, needsServers } from './labs.ts';
import { readOptions } from './options.ts';

it('says what to do with which lab', () => {
  expect(readOptions([])).toMatchObject({ verb: 'list', labs: LABS });
  expect(readOptions(['start', 'two-locks', '--in', '/labs'])).toMatchObject({ verb: 'start', folder: '/labs' });
  expect(readOptions(['verify', '--pure']).labs.some(needsServers)).toBe(false);
});

it.each([
  [['begin'], 'There is no verb begin.'],
  [['start'], 'Say which lab: start NAME.'],
  [['check', 'hope'], 'There is no lab hope.'],
  [['check', 'two-locks', 'new-handler'], 'Say which lab: check NAME.'],
])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
