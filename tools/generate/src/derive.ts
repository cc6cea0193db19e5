import type { Report } from '@waybill/kit';
import { runToEnd } from '@waybill/kit';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What other programs make of the files: each of them ends well or throws what it has said. */
const STEPS: readonly (readonly [what: string, args: readonly string[]])[] = [
  ['builds what the contracts are in', ['node_modules/typescript/bin/tsc', '-b']],
  ['writes the golden files', ['libs/contracts/golden.mjs']],
  ['lays them out', ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', 'libs/contracts/golden']],
  ['describes the messages', ['tools/api/src/write-asyncapi.ts']],
  ['describes the routes', ['tools/api/src/main.ts']],
  ['writes the boards', ['tools/boards/src/main.ts', 'write']],
];

/** Brings everything into step that is made of the contracts and the services. */
export async function derive(root: string, report: Report, signal: AbortSignal): Promise<void> {
  for (const [what, args] of STEPS) {
    report(what);
    const { code, output } = await runToEnd(process.execPath, args, { cwd: root, signal });
    if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${output}`);
  }
}

const stampOf = (root: string) => join(root, 'node_modules/.waybill-installed');
const lockVersion = (root: string) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/**
 * Changes the lock file by `work`, and keeps node_modules in step: a service of the generator brings no package, so a link is all
 * that npm would make. Where node_modules was out of step before, the next command installs.
 */
export function keepInstalled(root: string, name: string, work: () => void): void {
  const inStep = existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === lockVersion(root);
  work();
  const link = join(root, 'node_modules/@waybill', name);
  rmSync(link, { force: true });
  if (existsSync(join(root, 'apps', name))) {
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join('../../apps', name), link);
  } else {
    // What was built of it.
    for (const file of ['js', 'js.map', 'd.ts', 'd.ts.map'])
      rmSync(join(root, `libs/contracts/dist/${name}.${file}`), { force: true });
  }
  if (inStep) writeFileSync(stampOf(root), lockVersion(root));
}
