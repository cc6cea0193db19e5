/** The part of package-lock.json that the check reads. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockEntry extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly license?: string;
  /** Only what builds and checks wants it. */
  readonly dev?: boolean;
}

/** Package.json files that say something else than the lock file: `npm ci` refuses to install then. The folder of the root is ''. */
export function outOfStep(lock: LockFile, manifests: Readonly<Record<string, Manifest>>): string[] {
  const wants = ({ dependencies, devDependencies, optionalDependencies }: Manifest) =>
    JSON.stringify(
      [dependencies, devDependencies, optionalDependencies].map((wanted) => Object.entries(wanted ?? {}).toSorted()),
    );
  return Object.entries(manifests)
    .filter(([folder, manifest]) => wants(manifest) !== wants(lock.packages[folder] ?? {}))
    .map(
      ([folder]) =>
        `${folder || 'the root'}: package.json and package-lock.json differ: run \`npm install --package-lock-only\` with npm 11`,
    );
}

/**
 * npm leaves a platform's binary out of the lock file without a word when the registry does not have it, and such a lock
 * then fails on that platform with "Missing ... from lock file". So every optional dependency must have an entry.
 */
export function lockProblems(lock: LockFile): string[] {
  return Object.entries(lock.packages).flatMap(([path, entry]) => [
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(lock, path, name))
      .map(
        (name) =>
          `${path || 'package.json'} wants ${name}, which has no entry: take a version whose binaries are all published, then make the lock again`,
      ),
    ...(entry.resolved?.startsWith('http')
      ? [
          `${path} names the registry it came from (${new URL(entry.resolved).host}): see omit-lockfile-registry-resolved in .npmrc`,
        ]
      : []),
    ...(isInstalled(path, entry) && !entry.integrity ? [`${path} has no integrity: a changed package would not be noticed`] : []),
  ]);
}

const isInstalled = (path: string, entry: LockEntry) => path.includes('node_modules/') && !entry.link && !entry.inBundle;

/** As Node looks a package up: in the node_modules beside the one that asks, then one folder further up, to the root. */
function isLocked(lock: LockFile, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}
