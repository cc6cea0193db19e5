import { posix } from 'node:path';
import type { SourceFile } from './check.ts';

/** A lesson ends with the labs and drills of its subject. */
const TRY_IT = /^Try it: .+$/m;
/** A lab, and the page of the drills, names the lessons that come before it. */
const READ_FIRST = /^Read first: .+$/m;

/** Labs and drills without a lesson, and links between them and lessons that lead one way alone. */
export function oneWayLinks(lessons: readonly SourceFile[], exercises: readonly SourceFile[]): string[] {
  const before = exercises.map((page) => ({ path: page.path, lessons: linkedIn(page, READ_FIRST, lessons) }));
  const after = lessons.map((page) => ({ path: page.path, exercises: linkedIn(page, TRY_IT, exercises) }));
  return [
    ...before
      .filter((exercise) => exercise.lessons.length === 0)
      .map(({ path }) => `${path}: its "Read first:" links to no lesson`),
    ...before.flatMap((exercise) =>
      exercise.lessons
        .filter((path) => !after.find((lesson) => lesson.path === path)?.exercises.includes(exercise.path))
        .map((path) => `${path}: no line "Try it:" links to ${exercise.path}, which links to this lesson`),
    ),
    ...after.flatMap((lesson) =>
      lesson.exercises
        .filter((path) => !before.find((exercise) => exercise.path === path)?.lessons.includes(lesson.path))
        .map((path) => `${path}: its "Read first:" does not link to ${lesson.path}, which links to it`),
    ),
  ];
}

/** Which of the pages the one line of a page links to. */
function linkedIn(page: SourceFile, line: RegExp, pages: readonly SourceFile[]): string[] {
  const [found = ''] = line.exec(page.text) ?? [];
  const targets = [...found.matchAll(/\]\(([^()\s#]+)/g)].map(([, target]) =>
    posix.normalize(posix.join(posix.dirname(page.path), target!)),
  );
  return pages.map(({ path }) => path).filter((path) => targets.includes(path));
}
