/** What is known of a hole in a package, and what we have answered to it. */
export interface Answer {
  /** `GHSA-...`, as the advisory is named. */
  readonly id: string;
  readonly package: string;
  /** Why it does no harm here, or when it goes. */
  readonly answer: string;
}

/** The part of `npm audit --json` that is read: a package that is affected by way of another one names it instead. */
export interface Audit {
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      { readonly via: readonly (string | { readonly url: string; readonly title: string; readonly severity: string })[] }
    >
  >;
}

export interface Finding {
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}

export const findingsIn = ({ vulnerabilities = {} }: Audit): Finding[] =>
  Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((cause) =>
      typeof cause === 'string'
        ? []
        : [{ id: cause.url.slice(cause.url.lastIndexOf('/') + 1), package: name, severity: cause.severity, title: cause.title }],
    ),
  );

/** Findings without an answer, and answers to what is no finding any more. */
export function openFindings(findings: readonly Finding[], answers: readonly Answer[]): string[] {
  const same = (finding: Finding, answer: Answer) => finding.id === answer.id && finding.package === answer.package;
  return [
    ...findings
      .filter((finding) => !answers.some((answer) => same(finding, answer)))
      .map(({ id, package: name, severity, title }) => `${name}: ${title} (${severity}, ${id}) has no answer`),
    ...answers
      .filter((answer) => !findings.some((finding) => same(finding, answer)))
      .map(({ id, package: name }) => `the answer to ${id} of ${name} has no finding any more: remove it`),
  ];
}
