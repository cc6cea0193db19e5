// Runs jest for the package in the current folder, with the flags that ESM needs.
//   node ../../tools/jest.mjs [--live] [jest options]
// Without --live only the pure specs (`*.spec.ts`) run; with it only `*.live.spec.ts`, one file at a time, on real servers.
// The counts go to test-results/, which Nx caches with the result: `npm test` sums them.
// A jest that has written its counts and does not end is ended, and that is a failure: a spec has left something open.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const live = args.includes('--live');
const jestArgs = args.filter((arg) => arg !== '--live');
const root = fileURLToPath(new URL('..', import.meta.url));
const results = `test-results/${live ? 'live' : 'pure'}.json`;
// Only ends what hangs: a busy machine takes its time for closing everything.
const END_WITHIN_MS = 60_000;
// Each wait has its own limit and says what it waited for. This limit only ends a test that hangs, so it lies above the sum of
// a test's waits, on a busy machine too.
const LIVE_TEST_TIMEOUT_MS = '300000';

// libs/testing starts programs that it may not know: it is told their paths here. WAYBILL_TEST_STACK says that servers are up.
const programs = {
  WAYBILL_STACK_PROGRAM: `${root}tools/stack/src/main.ts`,
  WAYBILL_OUTSIDE_WORLD_PROGRAM: `${root}apps/outside-world/dist/main.js`,
  WAYBILL_TEST_STACK_TO_START: `${root}.stack-test/connections.json`,
};

mkdirSync('test-results', { recursive: true });
rmSync(results, { force: true });
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    `${root}node_modules/jest/bin/jest.js`,
    '--config',
    `${root}jest.preset.js`,
    '--passWithNoTests',
    '--json',
    `--outputFile=${results}`,
    ...(live
      ? [
          '--testMatch',
          '<rootDir>/src/**/*.live.spec.ts',
          '--testPathIgnorePatterns',
          '/node_modules/',
          '--runInBand',
          '--testTimeout',
          LIVE_TEST_TIMEOUT_MS,
        ]
      : []),
    ...jestArgs,
  ],
  { stdio: 'inherit', env: { ...process.env, ...programs } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code) => process.exit(code ?? 1));

let ending;
const watch = setInterval(() => {
  if (ending || !existsSync(results)) return;
  ending = setTimeout(() => {
    console.error(`jest has not ended ${END_WITHIN_MS / 1000} s after its last test: a spec left a connection or a timer open.`);
    jest.kill('SIGKILL');
  }, END_WITHIN_MS);
  clearInterval(watch);
}, 500);
