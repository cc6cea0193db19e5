import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedPackages, projectRoot } from '@waybill/kit';
import { patchFile } from './lab-copy.ts';
import { LABS, needsServers } from './labs.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const contents = read('docs/learn/labs/README.md');

describe.each(LABS)('the lab $name', (lab) => {
  const patch = readFileSync(patchFile(lab.name), 'utf8');

  it('changes what is learned from, and no spec', () => {
    expect(changedPackages(patch)).not.toEqual([]);
    expect(patch).not.toMatch(/^\+\+\+ b\/.*\.spec\.ts$/m);
  });

  it('is measured by specs that there are, and has three hints', () => {
    expect(lab.wrong.map(({ spec }) => existsSync(join(projectRoot, spec)))).toEqual(lab.wrong.map(() => true));
    expect(lab.wrong.flatMap(({ tests }) => tests)).not.toContain('');
    expect(lab.hints).toHaveLength(3);
  });

  it('has a page with everything that a learner needs, and a row in the table', () => {
    const page = read(`docs/learn/labs/${lab.name}.md`);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['The task', 'Where to look', 'What the test says', 'It is right when']);
    for (const verb of ['start', 'check']) expect(page).toContain(`npm run lab -- ${verb} ${lab.name}\n`);
    const row = contents.split('\n').find((line) => line.includes(`](${lab.name}.md)`));
    expect(row).toContain(`${lab.minutes.join(' to ')} min`);
    expect(row?.includes('servers')).toBe(needsServers(lab));
  });
});

it('a patch and a page without a lab are nobody’s, and each lab has its page in both languages', () => {
  const names = LABS.map(({ name }) => name).toSorted();
  const namesIn = (folder: string, ending: RegExp) =>
    readdirSync(join(projectRoot, folder))
      .filter((file) => ending.test(file) && !file.startsWith('README.'))
      .map((file) => file.replace(ending, ''))
      .toSorted();
  expect(namesIn('tools/labs/patches', /\.patch$/)).toEqual(names);
  expect(namesIn('docs/learn/labs', /(?<!\.zh-CN)\.md$/)).toEqual(names);
  expect(namesIn('docs/learn/labs', /\.zh-CN\.md$/)).toEqual(names);
});

it('there are three at least that need no server', () => {
  expect(LABS.filter((lab) => !needsServers(lab)).length).toBeGreaterThanOrEqual(3);
});
