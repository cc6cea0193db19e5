import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { projectRoot } from '@waybill/kit';

export interface Package {
  /** As Nx and npm know it: `@waybill/messaging`. */
  readonly name: string;
  /** From the root: `libs/messaging`. */
  readonly folder: string;
}

/** The packages that have specs of this kind. One without a spec is not a suite. */
export function packagesWith(kind: 'pure' | 'live'): Package[] {
  const isLive = (path: string) => path.endsWith('.live.spec.ts');
  const specs = globSync('{libs,apps,tools}/*/src/**/*.spec.ts', { cwd: projectRoot }).filter(
    (path) => isLive(path) === (kind === 'live'),
  );
  const folders = new Set(specs.map((path) => path.replaceAll('\\', '/').split('/').slice(0, 2).join('/')));
  return [...folders].sort(librariesFirst).map((folder) => ({ name: nameOf(folder), folder }));
}

/** What others stand on comes first, so that the first failure that is shown is nearest to the cause. */
const librariesFirst = (a: string, b: string) => rank(a) - rank(b) || a.localeCompare(b);
const rank = (folder: string) => ['libs', 'apps', 'tools'].indexOf(dirname(folder));

const nameOf = (folder: string) =>
  (JSON.parse(readFileSync(`${projectRoot}/${folder}/package.json`, 'utf8')) as { name: string }).name;
