// What npm would write for a package that brings nothing new: the package, and the link to it. Asking npm takes a registry.

interface Lock {
  packages: Record<string, object>;
}

/** The manifest of a package, as far as the lock file repeats it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const keysOf = (folder: string) => [folder, `node_modules/@waybill/${folder.split('/').at(-1)!}`] as const;

export function locked(lockFile: string, folder: string, manifest: Manifest): string {
  const { name, version, dependencies, devDependencies } = manifest;
  const [own, link] = keysOf(folder);
  return changed(lockFile, (packages) => ({
    ...packages,
    [own]: { name, version, ...(dependencies && { dependencies }), ...(devDependencies && { devDependencies }) },
    [link]: { resolved: folder, link: true },
  }));
}

export function unlocked(lockFile: string, folder: string): string {
  const keys: readonly string[] = keysOf(folder);
  return changed(lockFile, (packages) => Object.fromEntries(Object.entries(packages).filter(([key]) => !keys.includes(key))));
}

/** npm sorts the packages by the rules of English. */
function changed(lockFile: string, change: (packages: Lock['packages']) => Lock['packages']): string {
  const lock = JSON.parse(lockFile) as Lock;
  const packages = Object.entries(change(lock.packages)).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}
