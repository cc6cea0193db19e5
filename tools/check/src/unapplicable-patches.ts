import { projectRoot, run } from '@waybill/kit';
import { trackedPaths } from './tracked-files.ts';

/** Known bugs that the code has outgrown: their patch does not apply any more, so nobody would see whether a test catches them. */
export async function unapplicablePatches(): Promise<string[]> {
  const patches = (await trackedPaths()).filter((path) => path.startsWith('tools/mutants/patches/'));
  const problems = await Promise.all(
    patches.map((path) =>
      run('git', ['apply', '--check', path], { cwd: projectRoot }).then(
        () => [],
        (error: Error) => [`${path} does not apply: make the same bug in the code of today\n${error.message}`],
      ),
    ),
  );
  return patches.length === 0 ? ['there are no patches in tools/mutants/patches'] : problems.flat();
}
