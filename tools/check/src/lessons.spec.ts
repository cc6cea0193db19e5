import { describe, expect, it } from '@jest/globals';
import { type AroundLessons, lessonProblems } from './lessons.ts';

const DAMAGE = `One is killed.

\`\`\`
npm run without -- inbox
\`\`\`

| orders | with it | without it |
| ------ | ------: | ---------: |
| sent   |   1,200 |      1,210 |
| lost   |       0 |          7 |
`;
const RECORD = `$ npm run without -- inbox
  orders     with  without inbox
  sent       1200           1210
  lost          0              7
  stuck         0              0
`;
const HEADINGS =
  'The story,What breaks without it,The code,The test,The price,When not to use it,What others do,In the console meanwhile';
const question = (n: number) => `${n}. Why?\n   <details><summary>Answer</summary>Because.</details>\n`;
const lesson = ({ headings = HEADINGS, questions = [1, 2, 3].map(question).join(''), damage = DAMAGE } = {}) =>
  `# Inbox\n\n${headings
    .split(',')
    .map((heading) => `## ${heading}\n\n${heading.startsWith('What breaks') ? damage : 'Text.\n'}\n`)
    .join('')}## Three questions\n\n${questions}`;
const CONTENTS = `| [Inbox](inbox.md) | \`npm run without -- inbox\` |

| guarantee off | orders | lost | stuck |
| ------------- | -----: | ---: | ----: |
| \`inbox\` | 1,210 | 7 | 0 |
`;
const problems = (
  text: string,
  { contents = CONTENTS, record = RECORD, ...around }: Partial<AroundLessons> & { record?: string } = {},
) =>
  lessonProblems([{ path: 'docs/learn/inbox.md', text }], {
    contents,
    records: [{ path: 'docs/learn/measured/inbox.txt', text: record }],
    guarantees: ['inbox'],
    damages: ['lost', 'stuck'],
    ...around,
  });

describe('a lesson', () => {
  it('has every section, three questions with answers, and a place in the table of contents', () => {
    expect(problems(lesson())).toEqual([]);
  });

  it('is refused without one of them', () => {
    expect(problems(lesson({ headings: HEADINGS.replace('The price,', '') }))[0]).toContain('its sections are not');
    expect(problems(lesson({ questions: question(1) }))[0]).toContain('three questions');
    expect(problems(lesson(), { contents: '# Learn' })[0]).toContain('does not name it');
    expect(lessonProblems([], { contents: '', records: [], guarantees: [], damages: [] })).toEqual([
      'there are no lessons in docs/learn',
    ]);
  });
});

describe('the figures of a lesson', () => {
  it.each([
    ['a figure that nobody saw', DAMAGE.replace('7 |', '70 |'), 'measured/inbox.txt has no 70'],
    ['no table', DAMAGE.replaceAll('|', ' '), 'has no table with figures'],
    ['no command', DAMAGE.replace('npm run without -- inbox', 'rm -r inbox'), 'is not to have one command'],
    ['two commands', DAMAGE.replace('npm run without', 'npm run check\nnpm run without'), 'is not to have one command'],
    ['a command that counts nothing', DAMAGE.replace('without -- inbox', 'check'), 'npm run check shows nothing with numbers'],
    ['a guarantee that there is not', DAMAGE.replace('-- inbox', '-- hope'), 'npm run without does not know hope'],
    ['another command without a word', DAMAGE.replace('without -- inbox', 'faults -- kill-kafka'), 'Nothing is taken away here:'],
  ])('are refused with %s', (_, damage, words) => expect(problems(lesson({ damage })).join('\n')).toContain(words));

  it('are those of a run of its command, which is kept', () => {
    expect(problems(lesson(), { records: [] })).toContainEqual(expect.stringContaining('measured/inbox.txt is missing'));
    expect(problems(lesson(), { record: RECORD.replace('inbox\n', 'outbox\n') })).toContainEqual(
      expect.stringContaining('does not begin with "$ npm run without -- inbox"'),
    );
  });

  it('may be those of another command where nothing can be taken away', () => {
    const damage = DAMAGE.replace('One is killed.', 'Nothing is taken away here: it is no guarantee.').replace(
      'without -- inbox',
      'compare-queues',
    );
    const contents = CONTENTS.replace('npm run without -- inbox', 'npm run compare-queues');
    const record = RECORD.replace('npm run without -- inbox', 'npm run compare-queues');
    expect(problems(lesson({ damage }), { contents, record, guarantees: [] })).toEqual([]);
    expect(problems(lesson({ damage }), { contents, record })).toEqual([
      'npm run without -- inbox: no lesson tells what it does',
    ]);
  });

  it('may be those of a page that its command has written', () => {
    const balancers = (text: string) =>
      text.replace('One is killed.', 'Nothing is taken away here: one is killed.').replace('npm run without -- inbox', COMMAND);
    const COMMAND = 'npm run compare-balancers';
    const page = (text: string) => ({ path: 'docs/which-balancer.md', text });
    const found = (text: string) =>
      problems(lesson({ damage: balancers(DAMAGE) }), {
        contents: CONTENTS.replace('npm run without -- inbox', COMMAND),
        records: [page(text)],
        guarantees: [],
      });
    expect(found('| lost | 0 | 7 |\n| sent | 1,200 | 1,210 |\n')).toEqual([]);
    expect(found('| lost | 0 | 8 |\n| sent | 1,200 | 1,210 |\n')).toEqual([
      'docs/learn/inbox.md: docs/which-balancer.md has no 7',
    ]);
  });
});

describe('the table of contents', () => {
  it('has the command of each lesson beside it', () => {
    const contents = CONTENTS.replace('-- inbox', '-- outbox');
    expect(problems(lesson(), { contents })[0]).toContain('does not have its command beside it');
  });

  it('tells the damage that was counted', () => {
    expect(problems(lesson(), { contents: CONTENTS.replace('| 7 |', '| 6 |') })).toEqual([
      'docs/learn/README.md: docs/learn/measured/inbox.txt has 7 lost without inbox, the table says 6',
    ]);
    expect(problems(lesson(), { contents: CONTENTS.split('\n\n')[0]! })).toEqual([
      'docs/learn/README.md: its table "guarantee off" has no row for inbox',
    ]);
  });
});
