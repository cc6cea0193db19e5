// A service that was made by copying another one, and still has its name somewhere. Plain Node 20: nothing builds while two
// packages have one name, so this is told before anything is built.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a service says its name, in the folder of the service. */
const NAMED = [
  ['package.json', /"name": "@waybill\/([\w-]+)"/],
  ['package.json', /"scope:([\w-]+)"/],
  ['src/config.ts', /serviceSettings\('([\w-]+)'/],
  ['src/migrate.ts', /\bmigrate\('([\w-]+)'/],
  ['src/describe.ts', /describeApi\('([\w-]+)'/],
];

/** What is left to rename, one sentence for each place. Empty when every service has its folder's name. */
export function copiedNames(root) {
  return readdirSync(join(root, 'apps')).flatMap((app) => {
    const others = NAMED.flatMap(([file, pattern]) => {
      const path = join(root, 'apps', app, file);
      const found = existsSync(path) ? pattern.exec(readFileSync(path, 'utf8')) : null;
      return found && found[1] !== app ? [{ file, other: found[1], says: found[0], shall: found[0].replace(found[1], app) }] : [];
    });
    const renames = others.map(({ file, says, shall }) => `apps/${app}/${file}: write ${shall}, not ${says}`);
    const files = [...new Set(others.map(({ other }) => other))].flatMap((other) =>
      [`src/${other}.module.ts`, `test/${other}-under-test.ts`]
        .filter((file) => existsSync(join(root, 'apps', app, file)))
        .map((file) => `apps/${app}/${file}: call it ${file.replace(other, app)}, and what it exports`),
    );
    return [...renames, ...files];
  });
}
