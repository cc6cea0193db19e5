import { describe, expect, it } from '@jest/globals';
import { oneWayLinks } from './lessons-and-labs.ts';

const LESSON = '## Three questions\n\nTry it: the lab [Two locks](labs/two-locks.md).\n';
const LAB = '# Lab: Two locks\n\nRead first: the lesson [Ordering](../ordering.md) and [labs](README.md).\n';
const problems = (lesson: string, lab: string) =>
  oneWayLinks(
    [
      { path: 'docs/learn/ordering.md', text: lesson },
      { path: 'docs/learn/kafka.md', text: '# Kafka\n\n[A lab](labs/two-locks.md) is no exercise of this lesson.\n' },
    ],
    [{ path: 'docs/learn/labs/two-locks.md', text: lab }],
  );

describe('a lesson and its lab', () => {
  it('link to each other', () => expect(problems(LESSON, LAB)).toEqual([]));

  it('are refused when the lab has no lesson', () => {
    expect(problems('# Ordering\n', LAB.replace('../ordering.md', '../../guarantees.md'))).toEqual([
      'docs/learn/labs/two-locks.md: its "Read first:" links to no lesson',
    ]);
  });

  it('are refused when the lesson does not end with the lab', () => {
    expect(problems(LESSON.replace('Try it: ', 'See '), LAB)).toEqual([
      'docs/learn/ordering.md: no line "Try it:" links to docs/learn/labs/two-locks.md, which links to this lesson',
    ]);
  });

  it('are refused when the lab sends its reader elsewhere', () => {
    expect(problems(LESSON, LAB.replace('../ordering.md', '../kafka.md'))).toEqual([
      'docs/learn/kafka.md: no line "Try it:" links to docs/learn/labs/two-locks.md, which links to this lesson',
      'docs/learn/labs/two-locks.md: its "Read first:" does not link to docs/learn/ordering.md, which links to it',
    ]);
  });
});
