// Writes golden/<type>.json for every contract (`npm run golden -w @waybill/contracts`, after a build).
// A change that breaks what was published is not written: it needs a new version.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { goldenOf, incompatibilities, refusal } from './dist/golden.js';
import { contracts } from './dist/index.js';

for (const contract of contracts) {
  const file = new URL(`golden/${contract.type}.json`, import.meta.url);
  const reasons = existsSync(file) ? incompatibilities(JSON.parse(readFileSync(file, 'utf8')), contract) : [];
  if (reasons.length > 0) {
    console.error(refusal(contract.type, reasons));
    process.exitCode = 1;
  } else {
    writeFileSync(file, `${JSON.stringify(goldenOf(contract), null, 2)}\n`);
  }
}
