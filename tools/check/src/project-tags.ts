/** A package as Nx knows it. */
export interface Project {
  readonly name: string;
  readonly tags: readonly string[];
  /** The packages of this repository that it depends on. */
  readonly dependsOn: readonly string[];
}

/** Who may depend on whom, by the tag `type:...`. An app is the end of every path: nothing is built from it. The kit is the ground, and an example is for those who copy it. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  'type:app': ['type:lib'],
  'type:lib': ['type:lib'],
  'type:tool': ['type:lib', 'type:tool', 'type:kit'],
  'type:kit': [],
  'type:example': ['type:lib'],
};

/** Packages without their tags, and dependencies that their tags forbid. `nx graph` and `nx run-many -p tag:...` live on these tags. */
export function tagProblems(projects: readonly Project[]): string[] {
  const typeOf = new Map(projects.map(({ name, tags }) => [name, tags.find((tag) => tag in MAY_USE)]));
  return projects.flatMap(({ name, tags, dependsOn }) => {
    const scopes = tags.filter((tag) => tag.startsWith('scope:'));
    const type = typeOf.get(name);
    if (!type || scopes.length !== 1)
      return [`${name} needs one tag of ${Object.keys(MAY_USE).join(', ')} and one scope:..., under "nx" in its package.json`];
    return dependsOn
      .filter((other) => typeOf.has(other) && !MAY_USE[type]!.includes(typeOf.get(other)!))
      .map(
        (other) =>
          `${name} (${type}) depends on ${other} (${typeOf.get(other)}): it may use ${MAY_USE[type]!.join(', ') || 'none of ours'}`,
      );
  });
}
