// Runs jest for the package in the current folder, with the flags that ESM needs.
//   node ../../tools/jest.mjs [--live] [jest options]
// Without --live only the pure specs (`*.spec.ts`) run; with it only `*.live.spec.ts`, one file at a time, on real servers.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const live = args.includes('--live');
const jestArgs = args.filter((arg) => arg !== '--live');
const root = fileURLToPath(new URL('..', import.meta.url));

const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    `${root}node_modules/jest/bin/jest.js`,
    '--config',
    `${root}jest.preset.js`,
    '--passWithNoTests',
    ...(live
      ? ['--testMatch', '<rootDir>/src/**/*.live.spec.ts', '--testPathIgnorePatterns', '/node_modules/', '--runInBand']
      : []),
    ...jestArgs,
  ],
  { stdio: 'inherit' },
);
process.exit(result.status ?? 1);
