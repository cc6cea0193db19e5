import type { SourceFile } from './check.ts';

/** The code of a tool or an app, named by its path in a text: `'../../tools/stack/src/main.ts'`. */
const PATH = /['"`][^'"`\n]*\b((?:tools|apps)\/[\w-]+)\/(?:src|dist)\//g;
const OWN = /^((?:apps|libs)\/[^/]+)\/(?:src|test)\/.*\.ts$/;

/** Files of apps and libs that start a tool or another app by its path: an arrow that no import shows. */
export const hiddenArrows = (files: readonly SourceFile[]): string[] =>
  files.flatMap(({ path, text }) => {
    const own = OWN.exec(path)?.[1];
    if (own === undefined) return [];
    return [...text.matchAll(PATH)]
      .filter(([, named]) => named !== own)
      .map(([, named]) => `${path} names a file of ${named} by its path: let the runner say where it is, as tools/jest.mjs does`);
  });
