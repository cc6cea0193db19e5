/** The part of jest's `--json` that tells which tests failed. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The tests of this name in a spec, by what became of them. A spec that did not load has none. */
export function testsNamed(report: JestReport, { spec, test }: { spec: string; test: string }) {
  const tests = report.testResults
    .filter(({ name }) => name.replaceAll('\\', '/').endsWith(`/${spec}`))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.includes(test));
  const are = (status: string) => tests.filter((each) => each.status === status).map(({ fullName }) => fullName);
  return { passed: are('passed'), failed: are('failed') };
}
