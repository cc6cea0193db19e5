import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabCopy } from './lab-copy.ts';
import { LABS } from './labs.ts';

const lab = LABS.find(({ name }) => name === 'new-handler')!;
const signal = new AbortController().signal;
const [REMOVED, MODULE] = ['apps/notification/src/on-order-cancelled.ts', 'apps/notification/src/notification.module.ts'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'labs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is a place to work in: it shows what was changed, goes back, and on to the solution', async () => {
  const learner = await LabCopy.start(lab, folder, signal);
  const there = (path: string) => existsSync(join(learner.folder, path));
  expect(there(REMOVED)).toBe(false);
  expect(await learner.changed()).toEqual([]);
  await expect(LabCopy.start(lab, folder, signal)).rejects.toThrow('is there already');

  writeFileSync(join(learner.folder, MODULE), '');
  writeFileSync(join(learner.folder, 'apps/notification/src/mine.ts'), '');
  expect(await learner.changed()).toEqual([MODULE, 'apps/notification/src/mine.ts']);
  expect(await learner.solution()).toContain(`+++ b/${REMOVED}`);
  await learner.reset();
  expect(await learner.changed()).toEqual([]);
  expect(readFileSync(join(learner.folder, MODULE), 'utf8')).not.toBe('');

  await learner.solve();
  expect(there(REMOVED)).toBe(true);
  LabCopy.remove(lab, folder);
  expect(readdirSync(folder)).toEqual([]);
}, 120_000);

it('that was broken off half-way leaves nothing', async () => {
  await expect(LabCopy.start(lab, folder, AbortSignal.abort(new Error('broken off')))).rejects.toThrow('broken off');
  expect(readdirSync(folder)).toEqual([]);
  expect(() => LabCopy.open(lab, folder, signal)).toThrow('npm run lab -- start new-handler');
}, 120_000);
