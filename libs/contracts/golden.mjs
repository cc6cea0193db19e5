// Writes golden/<type>.json for every contract (`npm run golden -w @waybill/contracts`, after a build).
// A change that breaks what was published is not written: it needs a new version.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deployOrder, goldenOf, incompatibilities, refusal } from './dist/golden.js';
import { contracts } from './dist/index.js';

for (const contract of contracts) {
  const file = new URL(`golden/${contract.type}.json`, import.meta.url);
  const published = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const reasons = published ? incompatibilities(published, contract) : [];
  if (reasons.length > 0) {
    console.error(refusal(contract.type, reasons));
    process.exitCode = 1;
  } else if (JSON.stringify(published) !== JSON.stringify(goldenOf(contract))) {
    const advice = published && deployOrder(published, contract);
    if (advice) console.log(`${contract.type} breaks nothing. ${advice}`);
    // Only what has changed: `npm run format` lays the files out in another way.
    writeFileSync(file, `${JSON.stringify(goldenOf(contract), null, 2)}\n`);
  }
}
