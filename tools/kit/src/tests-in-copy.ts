import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PatchedCopy } from './patched-copy.ts';

/** The part of jest's `--json` that tells which tests failed. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export const isLive = ({ spec }: { readonly spec: string }) => spec.endsWith('.live.spec.ts');

/** `libs/messaging` of `libs/messaging/src/sending/relay.ts`. */
export const packageOf = (path: string) => path.split('/').slice(0, 2).join('/');

/** The folders of the packages that a patch in git's format changes, each once. */
export const changedPackages = (patch: string) => [
  ...new Set([...patch.matchAll(/^(?:\+\+\+ b|--- a)\/((?:apps|libs|tools)\/.+)$/gm)].map((match) => packageOf(match[1]!))),
];

/**
 * Runs tests of one spec in a copy: those whose full names have these words, or all of them. Without a report jest did not come to
 * its end. `connections` is the file that says where the servers of the live specs are.
 */
export async function testIn(
  copy: PatchedCopy,
  { spec, tests = [] }: { readonly spec: string; readonly tests?: readonly string[] },
  { connections, withinMs }: { readonly connections?: string | undefined; readonly withinMs: number },
): Promise<{ report?: JestReport; output: string }> {
  const cwd = join(copy.folder, packageOf(spec));
  const live = isLive({ spec });
  const file = join(cwd, `test-results/${live ? 'live' : 'pure'}.json`);
  rmSync(file, { force: true });
  const jest = [
    join(copy.folder, 'tools/jest.mjs'),
    ...(live ? ['--live'] : []),
    '--forceExit',
    '--testPathPatterns',
    escaped(spec),
    ...(tests.length > 0 ? ['--testNamePattern', [...new Set(tests.map(escaped))].join('|')] : []),
  ];
  const env = { ...process.env, ...(connections !== undefined && { WAYBILL_TEST_STACK: connections }) };
  const { output } = await copy.run(jest, { cwd, env, withinMs });
  return existsSync(file) ? { report: JSON.parse(readFileSync(file, 'utf8')) as JestReport, output } : { output };
}

/** The tests of this name in a spec, by what became of them. A spec that did not load has none. */
export function testsNamed(report: JestReport, { spec, test }: { spec: string; test: string }) {
  const tests = report.testResults
    .filter(({ name }) => name.replaceAll('\\', '/').endsWith(`/${spec}`))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(test));
  const are = (status: string) => tests.filter((each) => each.status === status).map(({ fullName }) => fullName);
  return { passed: are('passed'), failed: are('failed') };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
