import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = new URL('../../alone-in.mjs', import.meta.url).href;

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alone-'));
  said = join(folder, 'said');
  writeFileSync(said, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that works alone in the folder for a moment, and writes when it begins and ends. */
const worker = (work: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { appendFileSync } from 'node:fs';
     import { aloneIn } from '${MODULE}';
     const say = (word) => appendFileSync('${said}', word + ' ');
     await aloneIn('${folder}', async () => { say('begin'); ${work}; say('end'); });`,
  ]);
const words = () => readFileSync(said, 'utf8').trim().split(' ');
const A_MOMENT = 'await new Promise((resolve) => setTimeout(resolve, 100))';

it('lets one process after the other work', async () => {
  await Promise.all(Array.from({ length: 3 }, () => once(worker(A_MOMENT), 'exit')));
  expect(words()).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
});

it('goes on after one that was killed, or that failed', async () => {
  await once(worker(`process.kill(process.pid, 'SIGKILL')`), 'exit');
  await once(worker('process.exit(1)'), 'exit');
  await once(worker(A_MOMENT), 'exit');
  expect(words()).toEqual(['begin', 'begin', 'begin', 'end']);
});
