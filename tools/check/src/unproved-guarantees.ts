import type { SourceFile } from './check.ts';

/**
 * Sections of docs/guarantees.md whose proof is not there: no file that keeps the promise, no patch that breaks it
 * (`npm run mutants` wants a test to go red for each), or a test, quoted by its words, that no spec contains (it was renamed
 * or removed, and the promise stands alone).
 */
export function unprovedGuarantees(page: string, specs: readonly SourceFile[], patches: readonly SourceFile[]): string[] {
  const sections = page.split(/^## (?=\d+\. )/m).slice(1);
  if (sections.length === 0) return ['docs/guarantees.md has no numbered section'];
  return sections.flatMap((section) => {
    const number = section.slice(0, section.indexOf('.'));
    const told = (part: string) =>
      section
        .split(/^- /m)
        .find((text) => text.startsWith(`**${part}`))
        ?.replaceAll(/\s+/g, ' ') ?? '';
    return [
      ...(told('Kept by').includes('](') ? [] : [`guarantee ${number} links to no file that keeps it`]),
      ...(told('Proved by') ? [] : [`guarantee ${number} says nothing of its proof`]),
      ...(linkedPatches(told('Break it'), patches).some((patch) => patch.text.startsWith(`Guarantee: ${number}\n`))
        ? []
        : [`guarantee ${number} links to no patch that breaks it`]),
      ...[...told('Proved by').matchAll(/"([^"]+)"/g)]
        .map((quote) => quote[1]!)
        .filter((words) => !specs.some((spec) => spec.text.includes(words)))
        .map((words) => `guarantee ${number} quotes a test that no spec has: "${words}"`),
    ];
  });
}

const linkedPatches = (text: string, patches: readonly SourceFile[]) =>
  [...text.matchAll(/\]\(\.\.\/([^)]+\.patch)\)/g)].flatMap(([, path]) => patches.filter((patch) => patch.path === path));
