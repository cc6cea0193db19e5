import { describe, expect, it } from '@jest/globals';
import { run, runToEnd } from './run.ts';

const sh = (script: string) => ['-c', script] as const;
describe('a command that is run', () => {
  it('gives what it wrote, with its errors behind the rest when they are wanted', async () => {
    const script = sh('echo first >&2; echo second');
    expect(await run('sh', script)).toBe('second\n');
    expect(await run('sh', script, { withErrors: true })).toBe('second\nfirst\n');
  });

  it('fails with its name, its code and its last lines', async () => {
    await expect(run('sh', sh('echo reason >&2; exit 3'))).rejects.toThrow(/^sh -c .* ended with code 3:\nreason$/);
    await expect(run('sh', sh('kill -9 $$'))).rejects.toThrow('ended with SIGKILL');
    await expect(run('/no/such/program', [])).rejects.toThrow('/no/such/program could not be started: spawn');
  });
});

describe('a command that is run to its end', () => {
  it('tells its code, its output as it came, and each line meanwhile', async () => {
    const lines: string[] = [];
    const ended = await runToEnd('sh', sh('echo one; sleep 0.1; echo two >&2; exit 3'), { onLine: (line) => lines.push(line) });
    expect(ended).toMatchObject({ code: 3, signal: null, stdout: 'one\n', stderr: 'two\n', output: 'one\ntwo\n' });
    expect(lines).toEqual(['one', 'two']);
  });

  it('is ended when the signal aborts, and may end in order', async () => {
    const stop = new AbortController();
    const script = sh('trap "echo in order; exit 0" TERM; echo ready; while :; do sleep 0.05; done');
    const ended = await runToEnd('sh', script, { signal: stop.signal, onLine: () => stop.abort() });
    expect(ended).toMatchObject({ code: 0, output: 'ready\nin order\n' });
    await expect(runToEnd('sh', script, { signal: stop.signal })).rejects.toThrow('abort');
  });

  it('is ended as the caller says when it hangs, with its children', async () => {
    const ended = await runToEnd('sh', sh('trap "" TERM; sleep 60 & wait'), {
      withinMs: 300,
      detached: true,
      end: ({ pid }) => process.kill(-pid!, 'SIGKILL'),
    });
    expect(ended).toMatchObject({ code: 1, signal: 'SIGKILL' });
    // The child holds the output open: while it lives, the command has not come to its end.
    expect(ended.seconds).toBeLessThan(30);
  });
});
