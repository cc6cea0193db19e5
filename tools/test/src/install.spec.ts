import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOLS = fileURLToPath(new URL('../../', import.meta.url));

/** A lock file in small: what everybody needs, what builds, what serves on this machine, and what is for another one. */
const lock = {
  packages: {
    '': {},
    'node_modules/server': {},
    'node_modules/typescript': { dev: true },
    'node_modules/database': { optional: true, os: [process.platform], cpu: [process.arch] },
    'node_modules/elsewhere': { optional: true, os: ['aix'] },
    'node_modules/elsewhere/node_modules/deeper': { optional: true },
  },
};

/** Does as npm does: leaves out what the environment says, unless it is asked for by name. */
const NPM = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  const { packages } = JSON.parse(require('node:fs').readFileSync('package-lock.json', 'utf8'));
  const { NODE_ENV, npm_config_omit = '', npm_config_dry_run } = process.env;
  const omitted = [...(NODE_ENV === 'production' ? ['dev'] : []), ...npm_config_omit.split(',')]
    .filter((kind) => !process.argv.includes('--include=' + kind));
  for (const [folder, kinds] of Object.entries(packages)) {
    if (folder === '' || folder.includes('elsewhere') || npm_config_dry_run || omitted.some((kind) => kinds[kind])) continue;
    mkdirSync(folder + '/bin', { recursive: true });
    writeFileSync(folder + '/package.json', '{ "bin": "bin/tsc" }');
    writeFileSync(folder + '/bin/tsc', 'console.log("compiled")');
  }`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  mkdirSync(join(root, 'tools'));
  for (const file of ['run.mjs', 'alone-in.mjs', 'copied.mjs', 'packages.mjs'])
    if (existsSync(join(TOOLS, file))) copyFileSync(join(TOOLS, file), join(root, 'tools', file));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(join(root, 'npm.cjs'), NPM);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs a program of the packages, for which they have to be there. */
function compile(settings: Record<string, string> = {}) {
  const { PATH } = process.env;
  const env = { PATH, npm_execpath: join(root, 'npm.cjs'), ...settings };
  return spawnSync(process.execPath, [join(root, 'tools/run.mjs'), 'typescript'], { env, encoding: 'utf8' });
}
const isThere = (name: string) => existsSync(join(root, 'node_modules', name, 'package.json'));
const installs = ({ stderr }: { stderr: string }) => stderr.includes('Installing npm packages');

describe('the packages that a command needs', () => {
  it.each([
    { NODE_ENV: 'production' },
    { npm_config_omit: 'dev' },
    { npm_config_omit: 'optional' },
    { npm_config_omit: 'dev,optional' },
  ])('are all installed under %j', (settings) => {
    expect(compile(settings)).toMatchObject({ status: 0, stdout: 'compiled\n' });
    expect(['server', 'typescript', 'database', 'elsewhere'].map(isThere)).toEqual([true, true, true, false]);
  });

  it('are installed once, and again after somebody has thrown out what only builds', () => {
    expect(installs(compile())).toBe(true);
    expect(installs(compile())).toBe(false);
    rmSync(join(root, 'node_modules/typescript'), { recursive: true });
    expect(installs(compile())).toBe(true);
    expect(isThere('typescript')).toBe(true);
  });

  it('that a setting keeps npm from installing are told with the setting, and the next run tries again', () => {
    const failed = compile({ npm_config_dry_run: 'true' });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('npm ci ended well and has left out 3 of 3 packages, node_modules/server among them.');
    expect(failed.stderr).toContain('unset npm_config_dry_run=true');
    expect(existsSync(join(root, 'node_modules/.waybill-installed'))).toBe(false);
    expect(compile()).toMatchObject({ status: 0, stdout: 'compiled\n' });
    expect(readFileSync(join(root, 'node_modules/.waybill-installed'), 'utf8')).not.toBe('');
  });
});
