// `node tools/bench/src/write-page.ts FILE`: docs/performance.md and its picture, from what `npm run bench -- --json FILE` has measured.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { image, page } from './report/page.ts';
import type { Results } from './report/results.ts';

const [file, folder = join(projectRoot, 'docs')] = process.argv.slice(2);
if (file === undefined) {
  console.error('Which file? Name one that `npm run bench -- --json FILE` has written.');
  process.exit(2);
}
const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
if (results.rounds.length === 0) {
  console.error(`${file} holds no round of the whole journey: run the bench without --only.`);
  process.exit(2);
}
writeFileSync(join(folder, 'performance.md'), page(results));
writeFileSync(join(folder, 'performance.svg'), image(results));
console.log(`Written: ${join(folder, 'performance.md')} and performance.svg.`);
