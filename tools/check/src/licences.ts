import type { LockFile } from './lock-problems.ts';

/** Who copies Waybill may use, change and sell what these cover, as long as the notice stays. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'Apache-2.0'],
]);
/** What builds and checks it, and is in no image. */
const ALLOWED_FOR_WORK: ReadonlySet<string> = new Set([...ALLOWED, 'MPL-2.0', 'Python-2.0', 'CC0-1.0']);

/** Others that were looked at, by package: its licence, and why it is taken all the same. */
export const EXCEPTIONS: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  zeromq: {
    licence: 'MIT AND MPL-2.0',
    why: 'libzmq is MPL: who changes one of its files publishes that file; nobody does here',
  },
  'axe-core': { licence: 'MPL-2.0', why: 'the browser tests load it, and it is in no image' },
  '@fontsource-variable/noto-sans-sc': {
    licence: 'OFL-1.1',
    why: 'the browser tests draw with it, and it is in no image and no page',
  },
  'caniuse-lite': { licence: 'CC-BY-4.0', why: 'data about browsers, which the build of the pages reads' },
};

const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

function packagesOf({ packages }: LockFile) {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { license, dev = false }]) => ({ name: nameOf(path), licence: license ?? 'none that is known', dev }));
}

/** An expression of SPDX with at most one kind of operator: one of several that may be chosen, or all of several. */
const holds = (expression: string, allowed: ReadonlySet<string>): boolean => {
  const terms = expression.replaceAll(/[()]/g, '');
  return terms.includes(' AND ')
    ? terms.split(' AND ').every((term) => allowed.has(term))
    : terms.split(' OR ').some((term) => allowed.has(term));
};

/** Packages whose licence nobody has looked at, and exceptions for packages that left or have another licence by now. */
export function licenceProblems(lock: LockFile, exceptions = EXCEPTIONS): string[] {
  const packages = packagesOf(lock);
  return [
    ...packages
      .filter(({ name, licence }) => exceptions[name]?.licence !== licence)
      .filter(({ licence, dev }) => !holds(licence, dev ? ALLOWED_FOR_WORK : ALLOWED))
      .map(
        ({ name, licence }) => `${name} has the licence ${licence}: take another package, or name it in EXCEPTIONS with a reason`,
      ),
    ...Object.entries(exceptions)
      .filter(([name, { licence }]) => !packages.some((each) => each.name === name && each.licence === licence))
      .map(([name, { licence }]) => `EXCEPTIONS names ${name} with ${licence}: no such package is installed`),
  ];
}

/** Every licence with the packages that have it, the most frequent first. */
export function licencesOf(lock: LockFile): { readonly licence: string; readonly packages: readonly string[] }[] {
  const byLicence = Map.groupBy(packagesOf(lock), ({ licence }) => licence);
  return [...byLicence]
    .map(([licence, its]) => ({ licence, packages: [...new Set(its.map(({ name }) => name))].toSorted() }))
    .toSorted((one, other) => other.packages.length - one.packages.length);
}
