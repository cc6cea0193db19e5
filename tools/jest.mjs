// Runs jest for the package in the current folder, with the flags that ESM needs.
//   node ../../tools/jest.mjs [--live] [jest options]
// Without --live only the pure specs (`*.spec.ts`) run; with it only `*.live.spec.ts`, one file at a time, on real servers.
// The counts go to test-results/, which Nx caches with the result: `npm test` sums them.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const live = args.includes('--live');
const jestArgs = args.filter((arg) => arg !== '--live');
const root = fileURLToPath(new URL('..', import.meta.url));

mkdirSync('test-results', { recursive: true });
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
    `--outputFile=test-results/${live ? 'live' : 'pure'}.json`,
    ...(live
      ? ['--testMatch', '<rootDir>/src/**/*.live.spec.ts', '--testPathIgnorePatterns', '/node_modules/', '--runInBand']
      : []),
    ...jestArgs,
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal));
jest.on('exit', (code) => process.exit(code ?? 1));
