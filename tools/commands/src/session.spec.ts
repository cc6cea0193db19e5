import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { session } from './session.ts';

const problems = async (...commands: readonly string[]) =>
  (
    await session(
      commands.map((command) => ({ where: 'docs/x.md:1', command })),
      tmpdir(),
    )
  ).map(({ problem }) => problem);

describe('the commands of one document', () => {
  it('share a shell: what one sets the next one has', async () => {
    expect(await problems('ORDER=17', 'test $ORDER = 17', 'echo a |\n  grep a')).toEqual([undefined, undefined, undefined]);
  });

  it('fail when they end with another code than 0, also in the middle of a pipe', async () => {
    expect(await problems('echo hello; false', 'false | cat', 'true')).toEqual([
      'ended with 1: hello',
      expect.stringMatching(/^ended with 1/),
      undefined,
    ]);
  });

  it('fail when the answer is a problem, though curl ends with 0', async () => {
    const refused = `echo '{"type":"about:blank","title":"Unauthorized","status":401,"detail":"Sign in."}'`;
    expect(await problems(refused)).toEqual([expect.stringMatching(/^was refused/)]);
  });

  it('fail when the shell ends under them', async () => {
    expect(await problems('exit 3', 'true')).toEqual([
      expect.stringMatching(/^did not end/),
      expect.stringMatching(/^did not end/),
    ]);
  });
});
