import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { projectRoot } from '@waybill/kit';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A folder with the service payment, and a copy of it as `cp -r` makes it.
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'copied-'));
  mkdirSync(join(root, 'tools'));
  for (const file of ['run.mjs', 'alone-in.mjs', 'copied.mjs', 'packages.mjs'])
    cpSync(join(projectRoot, 'tools', file), join(root, 'tools', file));
  for (const name of ['payment', 'courier'])
    for (const part of ['package.json', 'src', 'test'])
      cpSync(join(projectRoot, 'apps/payment', part), join(root, 'apps', name, part), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const check = () => spawnSync(process.execPath, [join(root, 'tools/run.mjs'), 'check'], { encoding: 'utf8' });
const change = (file: string, from: string, to: string) =>
  writeFileSync(join(root, file), readFileSync(join(root, file), 'utf8').replaceAll(from, to));

test('npm run check says what to rename in a copied service, before it builds', () => {
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr.trim().split('\n').slice(1)).toEqual([
    'apps/courier/package.json: write "name": "@waybill/courier", not "name": "@waybill/payment"',
    'apps/courier/package.json: write "scope:courier", not "scope:payment"',
    `apps/courier/src/config.ts: write serviceSettings('courier', not serviceSettings('payment'`,
    `apps/courier/src/migrate.ts: write migrate('courier', not migrate('payment'`,
    `apps/courier/src/describe.ts: write describeApi('courier', not describeApi('payment'`,
    'apps/courier/src/payment.module.ts: call it src/courier.module.ts, and what it exports',
    'apps/courier/test/payment-under-test.ts: call it test/courier-under-test.ts, and what it exports',
  ]);
});

test('what is renamed is not named again', () => {
  change('apps/courier/package.json', 'payment', 'courier');
  change('apps/courier/src/config.ts', `'payment'`, `'courier'`);
  expect(check().stderr).not.toMatch(/package\.json|config\.ts/);
  expect(check().stderr).toMatch(/migrate\.ts: write/);
});
