import type { SourceFile } from './check.ts';

interface Trace {
  readonly pattern: RegExp;
  readonly what: string;
}

/** What a clone on another machine could not use, or must not know. */
const traces: readonly Trace[] = [
  { pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, what: 'a private key' },
  { pattern: /\b(?:ghp|gho|ghs|github_pat|npm|glpat|xox[bp])_[A-Za-z0-9]{20,}/, what: 'an access token' },
  { pattern: /\bAKIA[0-9A-Z]{16}\b/, what: 'an access key' },
  { pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s/:@'"`$<>{}]+:[^\s/:@'"`$<>{}]+@/, what: 'a password inside an address' },
  { pattern: /\b(?:password|secret|token)\b['"]?\s*[:=]\s*['"](?=[^'"]*\d)[A-Za-z0-9+/_-]{16,}['"]/i, what: 'a password' },
  { pattern: /(?:^|[\s'"`=(:])(?:\/home\/[a-z]|\/Users\/[A-Za-z]|[A-Z]:\\Users\\)/m, what: "a path in somebody's home folder" },
  {
    pattern: /https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio|jfrog)[\w.-]*/i,
    what: 'the address of a package registry',
  },
];

/** `root` is the folder of this clone: no file may know where it was checked out. */
export function machineTraces(files: readonly SourceFile[], root: string): string[] {
  const here: Trace = { pattern: new RegExp(escaped(root.replace(/\/$/, ''))), what: 'the path of this clone' };
  return files.flatMap((file) =>
    [...traces, here].flatMap(({ pattern, what }) => {
      const match = pattern.exec(file.text);
      if (!match) return [];
      const line = file.text.slice(0, match.index + match[0].length).split('\n').length;
      return [`${file.path}:${line} holds ${what}: take it out (settings come from the environment, secrets from .stack/)`];
    }),
  );
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
