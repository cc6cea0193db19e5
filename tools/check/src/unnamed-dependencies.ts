import type { SourceFile } from './check.ts';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** Dependencies without a job in docs/dependencies.md, with a version that is not exact, or in another version than elsewhere; and jobs of dependencies that left. */
export function unnamedDependencies(manifests: readonly SourceFile[], page: string): string[] {
  const wanted = manifests.flatMap((file) => dependenciesOf(file).map(([name, version]) => ({ name, version, path: file.path })));
  const outside = wanted.filter(({ name }) => !name.startsWith('@waybill/'));
  const names = [...new Set(outside.map(({ name }) => name))];
  const described = new Set(
    [...page.matchAll(/^\| (.+?) \|/gm)].flatMap((row) => [...row[1]!.matchAll(/`([^`]+)`/g)].map((name) => name[1]!)),
  );
  return [
    ...names
      .filter((name) => !described.has(name))
      .map((name) => `${name} has no row in docs/dependencies.md: say there what its job is`),
    ...[...described]
      .filter((name) => !names.includes(name))
      .map((name) => `docs/dependencies.md describes ${name}, which no package.json names`),
    ...wanted
      .filter(({ version }) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(({ name, version, path }) => `${path}: ${name} "${version}" is not an exact version`),
    ...names
      .map((name) => ({ name, versions: new Set(outside.filter((other) => other.name === name).map(({ version }) => version)) }))
      .filter(({ versions }) => versions.size > 1)
      .map(
        ({ name, versions }) =>
          `${name} is wanted in several versions (${[...versions].join(', ')}): two copies would be installed`,
      ),
  ];
}

function dependenciesOf(file: SourceFile): [string, string][] {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(file.text) as Manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}
