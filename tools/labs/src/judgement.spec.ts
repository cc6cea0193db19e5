import { describe, expect, it } from '@jest/globals';
import type { JestReport } from '@waybill/kit';
import { isRight, judged, told } from './judgement.ts';
import type { Lab } from './labs.ts';

const [inbox, clock] = ['libs/a/src/inbox.spec.ts', 'libs/a/src/clock.live.spec.ts'];
const lab: Lab = {
  name: 'twice',
  task: 'It acts twice.',
  minutes: [10, 20],
  wrong: [
    { spec: inbox, tests: ['acts once', 'is known'], says: 'A copy acts again.' },
    { spec: clock, tests: ['by the database'], says: 'Each process has its own time.' },
  ],
  hints: [],
};
const report = (spec: string, tests: Record<string, 'passed' | 'failed'>): [string, JestReport] => [
  spec,
  {
    testResults: [
      { name: `/lab/${spec}`, assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })) },
    ],
  },
];
const judgement = (first: Record<string, 'passed' | 'failed'>, second: Record<string, 'passed' | 'failed'>) =>
  judged(lab, new Map([report(inbox, first), report(clock, second)]));

describe('a lab', () => {
  it('is right when each test is green', () => {
    expect(isRight(judgement({ 'a copy acts once': 'passed' }, { 'a timer by the database': 'passed' }))).toBe(true);
  });

  it('says what is wrong in its own words, and which tests are red', () => {
    const found = judgement(
      { 'a copy acts once': 'passed', 'a copy is known': 'failed' },
      { 'a timer by the database': 'passed' },
    );
    expect(isRight(found)).toBe(false);
    expect(told(found, lab)).toMatch(/^Not yet: one thing is wrong.\n\n {2}A copy acts again.\n {4}"a copy is known"\n {4}in /);
  });

  it('names the first three, and counts the rest', () => {
    const many = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n} acts once`, 'failed'] as const));
    expect(told(judgement(many, { 'a timer by the database': 'passed' }), lab)).toMatch(/"3 acts once"\n {4}and 2 more\n/);
  });

  it('lets jest say the rest, without its colours and its stack', () => {
    const failureMessages = ['\u001B[31mExpected: 1\u001B[39m\n\nReceived: 2\n    at Object.toBe (inbox.spec.ts:3:1)'];
    const red = { fullName: 'a copy acts once', status: 'failed', failureMessages };
    const found = judged(
      lab,
      new Map([
        [inbox, { testResults: [{ name: `/lab/${inbox}`, assertionResults: [red] }] }],
        report(clock, { 'by the database': 'passed' }),
      ]),
    );
    expect(told(found, lab)).toContain(`in ${inbox}\n\n    Expected: 1\n    Received: 2\n\n`);
    expect(told(found, lab)).toContain('in the copy: cd libs/a; node ../../tools/jest.mjs inbox');
  });

  it('tells of what was broken on the way', () => {
    const found = judgement({ 'a first message acts': 'failed' }, { 'a timer by the database': 'failed' });
    expect(found.wrong.map(({ says }) => says)).toEqual(['Each process has its own time.']);
    expect(told(found, lab)).toContain('2 things are wrong');
    expect(told(found, lab)).toContain('Something that was right before is broken.\n    the test "a first message acts"');
  });

  it('whose spec does not load is not right', () => {
    const found = judged(lab, new Map([report(inbox, {}), report(clock, { 'a timer by the database': 'passed' })]));
    expect(isRight(found)).toBe(false);
    expect(told(found, lab)).toContain(`No test of ${inbox} ran`);
  });

  it('shows a hint below what is wrong', () => {
    expect(told(judgement({ 'a copy acts once': 'failed' }, {}), lab, 'Look.')).not.toContain('A hint');
    expect(told(judgement({ 'a copy acts once': 'failed' }, { 'a timer by the database': 'passed' }), lab, 'Look.')).toContain(
      '\nA hint: Look.\n',
    );
  });
});
