import { rmSync } from 'node:fs';
import { broken, projectRoot, type Suite } from '@waybill/kit';
import { down, instanceOf, SPEC_SERVERS, up } from '@waybill/stack';
import { runNode } from './child.ts';
import { readSuite } from './jest-report.ts';
import { packagesWith } from './packages.ts';

/** The suite that fails when no package's can run. */
const SERVERS = 'live specs';

/**
 * The specs on real servers, one package after another, never from a cache. The servers are a separate instance on free
 * ports, so a demo that is up goes on undisturbed. They end here also after a failure. An instance that was up before stays up.
 * With `only`, the suites of these titles.
 */
export async function runLiveSpecs(signal: AbortSignal, only?: readonly string[]): Promise<Suite[]> {
  const isWanted = (title: string) => only === undefined || only.includes(title) || only.includes(SERVERS);
  const packages = packagesWith('live').filter((each) => isWanted(titleOf(each)));
  if (packages.length === 0) return [broken(SERVERS, 'there are none')];
  const started = performance.now();
  let ours = true;
  try {
    ours = await up({ ...SPEC_SERVERS, signal });
  } catch (error) {
    return [broken(SERVERS, `the servers did not start: ${String(error)}`, (performance.now() - started) / 1000)];
  }
  try {
    const suites: Suite[] = [];
    for (const each of packages) {
      const { folder: cwd } = each;
      const title = titleOf(each);
      const file = `${projectRoot}/${cwd}/test-results/live.json`;
      rmSync(file, { force: true });
      console.log(`\n${title}`);
      const { code, seconds } = await runNode([`${projectRoot}/tools/jest.mjs`, '--live'], {
        cwd: `${projectRoot}/${cwd}`,
        env: { WAYBILL_TEST_STACK: instanceOf(SPEC_SERVERS.instance).paths.connections },
        signal,
        withinMinutes: 30,
      });
      const suite = { ...readSuite(title, file), seconds };
      suites.push(code !== 0 && suite.failed === 0 ? { ...suite, failed: 1, note: `jest ended with ${code}` } : suite);
    }
    return suites;
  } finally {
    if (ours) await down({ instance: SPEC_SERVERS.instance, purge: true });
  }
}

const titleOf = ({ name }: { readonly name: string }) => `${name.replace('@waybill/', '')}, live`;
