import { expect, it } from '@jest/globals';
import { KINDS } from './kinds.ts';
import { readOptions } from './options.ts';

it('an answer has the words of the list', () => {
  expect(readOptions(['answer', '--what', 'poison-message', '--where', 'payment'])).toMatchObject({
    verb: 'answer',
    what: 'poison-message',
    where: 'payment',
  });
});

it('one place of each kind is verified, or of those that are named, or all', () => {
  expect(readOptions(['verify']).incidents).toHaveLength(KINDS.length);
  expect(readOptions(['verify', 'lock-held', '--everywhere']).incidents.map(({ place }) => place)).toEqual([
    'order',
    'payment',
    'notification',
  ]);
});

it.each([
  [[], 'Say what to do.'],
  [['begin'], 'There is no verb begin.'],
  [['start', '--seed', 'many'], '--seed many: give a whole number.'],
  [['answer', '--where', 'payment'], 'There is no kind without a name.'],
  [['answer', '--what', 'bad-luck', '--where', 'payment'], 'There is no kind bad-luck.'],
  [['answer', '--what', 'lock-held', '--where', 'here'], '--where here: no such place.'],
])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
