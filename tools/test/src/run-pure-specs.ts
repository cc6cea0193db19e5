import { rmSync } from 'node:fs';
import { broken, projectRoot, type Suite } from '@waybill/kit';
import { runNode } from './child.ts';
import { readSuite } from './jest-report.ts';
import { packagesWith } from './packages.ts';

/**
 * The specs that need no server, through Nx: a package that has not changed is not run again, its result comes from the cache.
 * jest writes its counts into a file that Nx keeps with the result, so the counts are the same whether it ran or not.
 */
export async function runPureSpecs(signal: AbortSignal): Promise<Suite[]> {
  const packages = packagesWith('pure');
  const fileOf = (folder: string) => `${projectRoot}/${folder}/test-results/pure.json`;
  for (const { folder } of packages) rmSync(fileOf(folder), { force: true });

  const projects = packages.map(({ name }) => name).join(',');
  const nx = ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'test', '-p', projects, '--parallel=2', '--outputStyle=static'];
  const { code, output } = await runNode(nx, { signal, quiet: true, withinMinutes: 8 });
  if (code !== 0) console.log(output);

  const suites = packages.map(({ name, folder }) => {
    const suite = readSuite(name.replace('@waybill/', ''), fileOf(folder));
    return wasCached(output, name) ? { ...suite, note: 'unchanged: counted from the cache' } : suite;
  });
  // jest may have counted everything green, and then not have ended.
  const unexplained = code !== 0 && suites.every(({ failed }) => failed === 0);
  return unexplained ? [...suites, broken('pure specs', `nx ended with ${code}, past its results`)] : suites;
}

const wasCached = (output: string, name: string) =>
  output.split('\n').some((line) => line.includes(`nx run ${name}:test `) && /\[.*cache.*\]/.test(line));
