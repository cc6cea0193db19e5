import type { MayBeEmpty } from './may-be-empty.ts';
import type { Answer, Prometheus } from './prometheus.ts';
import { filled, type Query } from './queries.ts';
import { selectorsOf } from './selectors.ts';

export interface Asked {
  readonly queries: number;
  readonly rules: number;
  /** Different selectors in all of them. */
  readonly series: number;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/**
 * Asks Prometheus every query of the boards, every rule that it has loaded, and for every series that one of them looks at.
 * An error or an empty answer is a problem, unless the list allows it; and so is a list that allows what nobody asks.
 */
export async function askEverything(
  prometheus: Prometheus,
  queries: readonly Query[],
  from: Date,
  allowed: readonly MayBeEmpty[],
): Promise<Asked> {
  const rules = await prometheus.rules();
  const selectors = new Map<string, string>();
  const asked = new Set<string>();
  const problems: string[] = [];
  const ask = async (of: string, expr: string, legend = '') => {
    asked.add(expr);
    const problem = problemOf(
      await prometheus.course(expr, from),
      legend,
      allowed.some(({ text }) => filled(text) === expr),
    );
    if (problem) problems.push(`${of} ${problem}: ${expr}`);
  };

  for (const { of, expr, legend } of queries) {
    const query = filled(expr);
    await ask(of, query, legend);
    for (const selector of selectorsOf(query)) selectors.set(selector, of);
  }
  for (const { name, type, query, health, lastError } of rules) {
    if (health !== 'ok') problems.push(`rule ${name} is ${health}: ${lastError ?? 'it was not evaluated'}`);
    // What an alert asks is empty as long as all is well: its series are asked for instead.
    if (type === 'recording') await ask(`rule ${name}`, query);
    for (const selector of selectorsOf(query)) selectors.set(selector, `rule ${name}`);
  }
  for (const [selector, of] of selectors) if (!asked.has(selector)) await ask(of, selector);

  const unknown = allowed.filter(({ text }) => !asked.has(filled(text)));
  problems.push(...unknown.map(({ text }) => `may-be-empty.ts allows what nobody asks: ${text}`));
  if (rules.length === 0) problems.push('Prometheus has loaded no rule');
  return { queries: queries.length, rules: rules.length, series: selectors.size, problems };
}

/** What is wrong with an answer, in a few words. */
export function problemOf(answer: Answer, legend: string, mayBeEmpty: boolean): string | undefined {
  if ('error' in answer) return `fails (${answer.error})`;
  const series = answer.series.filter(({ numbers }) => numbers.length > 0);
  if (series.length === 0) {
    if (mayBeEmpty) return undefined;
    return answer.series.length > 0 ? 'has no number' : 'is empty';
  }
  const missing = [...legend.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, label]) => label!)
    .filter((label) => !series.some(({ labels }) => label in labels));
  return missing.length > 0 ? `has a legend with ${missing.join(' and ')}, which its series lack` : undefined;
}
