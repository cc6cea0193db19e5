import { projectRoot, run } from '@waybill/kit';
import { trackedPaths } from './tracked-files.ts';

/** Patches that the code has outgrown: of known bugs, so nobody would see whether a test catches them, and of labs, which nobody could start. */
export async function unapplicablePatches(): Promise<string[]> {
  const patches = (await trackedPaths()).filter((path) => /^tools\/(mutants|labs)\/patches\//.test(path));
  const problems = await Promise.all(
    patches.map((path) =>
      run('git', ['apply', '--check', path], { cwd: projectRoot }).then(
        () => [],
        (error: Error) => [`${path} does not apply: make the same bug in the code of today\n${error.message}`],
      ),
    ),
  );
  return patches.length === 0 ? ['there are no patches'] : problems.flat();
}
