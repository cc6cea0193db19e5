// Not on servers, but on Linux: processes that end as a spec wants them to.
import { afterEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Managed } from './managed.ts';

const dir = mkdtempSync(join(tmpdir(), 'waybill-managed-'));
const readyFile = join(dir, 'ready');
let running: Managed;
let reported: string[];

/** A process that does this at SIGTERM, and is ready once it listens to it. */
async function processThat(atSigterm: string, stopWithinMs = 60_000): Promise<Managed> {
  rmSync(readyFile, { force: true });
  writeFileSync(join(dir, 'process.log'), '');
  reported = [];
  const script = `
    process.once('SIGTERM', () => { ${atSigterm} });
    setInterval(() => {}, 1000);
    require('node:fs').writeFileSync(${JSON.stringify(readyFile)}, '');`;
  running = new Managed(
    'process',
    {
      file: process.execPath,
      args: ['-e', script],
      env: {},
      cwd: dir,
      stopWithinMs,
      readyWithinMs: 60_000,
      isReady: async () => existsSync(readyFile),
    },
    { logFile: join(dir, 'process.log'), stackDir: dir, changed: () => undefined, report: (line) => void reported.push(line) },
  );
  await running.start();
  return running;
}
afterEach(() => running.stop());

describe('a stop is clean', () => {
  test.each([
    ['ends with code 0', 'process.exit(0)'],
    ['ends by the signal that asked for it', 'process.kill(process.pid, "SIGTERM")'],
    ["ends with that signal's code, as a Java does", 'process.exit(143)'],
  ])('when the process %s', async (_, atSigterm) => {
    const stopped = await processThat(atSigterm);
    expect(await stopped.stop()).toBe('process is stopped.');
    expect(stopped.lastCrash).toBeUndefined();
    expect(reported).toEqual([]);
  });
});

describe('a stop is not clean, and is kept as a crash,', () => {
  test('when the process ends with another code: its last error says why', async () => {
    const stopped = await processThat('console.error("Error: it could not drain"); process.exit(1)');
    expect(await stopped.stop()).toBe('process is stopped, but not cleanly: it ended with code 1: Error: it could not drain');
    expect(stopped.lastCrash).toMatchObject({ how: 'code 1', error: 'Error: it could not drain' });
    expect(reported).toEqual(['process did not stop cleanly: it ended with code 1: Error: it could not drain']);
    expect(stopped.state).toBe('stopped');
  });

  test('when it has to be killed because it takes too long', async () => {
    const stopped = await processThat('', 300);
    expect(await stopped.stop()).toMatch(/^process is stopped, but not cleanly: it ended with SIGKILL: /);
    expect(stopped.lastCrash).toMatchObject({ how: 'SIGKILL' });
  });

  test('once: the next stop, of one that ends cleanly, says so', async () => {
    const stopped = await processThat('process.exit(require("node:fs").existsSync("again") ? 0 : 1)');
    await stopped.stop();
    const crash = stopped.lastCrash;
    writeFileSync(join(dir, 'again'), '');
    rmSync(readyFile, { force: true });
    await stopped.start();
    expect(await stopped.stop()).toBe('process is stopped.');
    expect(stopped.lastCrash).toBe(crash);
  });
});

test('a kill on request is no crash, also when a stop comes before it has ended', async () => {
  const killed = await processThat('');
  killed.kill();
  expect(await killed.stop()).toBe('process is stopped.');
  expect(killed.lastCrash).toBeUndefined();
});
