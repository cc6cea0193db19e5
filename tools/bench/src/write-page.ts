// `node tools/bench/src/write-page.ts FILE...`: docs/performance.md and its picture, from what `npm run bench -- --json FILE` has measured.
// What the first file lacks, such as growth, is taken from the next ones.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '@waybill/kit';
import { image, page } from './report/page.ts';
import { joined, type Results } from './report/results.ts';

const { values, positionals: files } = parseArgs({ options: { to: { type: 'string' } }, allowPositionals: true });
if (files.length === 0) {
  console.error('Which file? Name one that `npm run bench -- --json FILE` has written.');
  process.exit(2);
}
const folder = values.to ?? join(projectRoot, 'docs');
const results = joined(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results));
if (results.rounds.length === 0) {
  console.error(`${files.join(' and ')} holds no round of the whole journey: run the bench without --only.`);
  process.exit(2);
}
writeFileSync(join(folder, 'performance.md'), page(results));
writeFileSync(join(folder, 'performance.svg'), image(results));
console.log(`Written: ${join(folder, 'performance.md')} and performance.svg.`);
