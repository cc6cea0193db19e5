import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root, trackedPaths } from './tracked-files.ts';

const run = promisify(execFile);

/** Known bugs that the code has outgrown: their patch does not apply any more, so nobody would see whether a test catches them. */
export async function unapplicablePatches(): Promise<string[]> {
  const patches = (await trackedPaths()).filter((path) => path.startsWith('tools/mutants/patches/'));
  const problems = await Promise.all(
    patches.map((path) =>
      run('git', ['apply', '--check', path], { cwd: root }).then(
        () => [],
        (error: { stderr: string }) => [`${path} does not apply: make the same bug in the code of today\n${error.stderr.trim()}`],
      ),
    ),
  );
  return patches.length === 0 ? ['there are no patches in tools/mutants/patches'] : problems.flat();
}
