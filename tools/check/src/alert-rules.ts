import { parse } from 'yaml';

interface Rule {
  readonly alert?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface TestFile {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
  }[];
}

const SEVERITIES = ['critical', 'warning', 'none'];
/** Always fires, by design. */
const ALWAYS: readonly string[] = ['Watchdog'];

/**
 * What alerts lack. A person who is woken needs how bad it is, what is wrong in a sentence, and a page that says what to do.
 * promtool needs a case in which the alert fires, and one in which it must not. A page that no alert leads to is a problem too.
 */
export function alertProblems(rules: string, tests: string, runbooks: readonly string[]): string[] {
  const alerts = (parse(rules) as RuleFile).groups.flatMap((group) => group.rules).filter(isAlert);
  const cases = (parse(tests) as TestFile).tests.flatMap(({ alert_rule_test: each = [] }) => each);
  const named = alerts.map(({ alert }) => alert);
  return [
    ...alerts.flatMap((rule) => problemsOf(rule, runbooks).map((problem) => `${rule.alert} ${problem}`)),
    ...named.flatMap((alert) => {
      const mine = cases.filter(({ alertname }) => alertname === alert);
      const fires = mine.some(({ exp_alerts: expected = [] }) => expected.length > 0);
      const isQuiet = mine.some(({ exp_alerts: expected = [] }) => expected.length === 0);
      return [
        ...(fires ? [] : [`${alert} has no promtool case in which it fires`]),
        ...(isQuiet || ALWAYS.includes(alert) ? [] : [`${alert} has no promtool case in which it must not fire`]),
      ];
    }),
    ...runbooks.filter((page) => !named.includes(page)).map((page) => `docs/runbooks/${page}.md is the page of no alert`),
  ];
}

const isAlert = (rule: Rule): rule is Rule & { readonly alert: string } => rule.alert !== undefined;

function problemsOf(
  { alert, labels, annotations = {} }: Rule & { readonly alert: string },
  runbooks: readonly string[],
): string[] {
  return [
    ...(SEVERITIES.includes(labels?.severity ?? '') ? [] : [`needs a severity: ${SEVERITIES.join(', ')}`]),
    ...['summary', 'description'].filter((name) => !annotations[name]).map((name) => `needs a ${name}`),
    ...(annotations['runbook_url'] === `docs/runbooks/${alert}.md` ? [] : [`needs runbook_url: docs/runbooks/${alert}.md`]),
    ...(runbooks.includes(alert) ? [] : [`needs the page docs/runbooks/${alert}.md`]),
  ];
}
