import { askPrometheus, firing, isAmong, nameOf } from '@waybill/alerts';
import { instanceOf } from '@waybill/stack';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from './incident.ts';

/** Where a learner would have seen it, one line each. */
export const shownBy = ({ alert, figure, log }: Evidence): string[] => [
  ...(alert ? [`the alert ${nameOf(alert)}`] : []),
  ...(figure ? [`board ${figure.panel}, or Prometheus:  ${figure.query}\n    ${figure.shows}`] : []),
  ...(log ? [`the log of ${log.of.join(' or ')}: "${log.has}"`] : []),
];

/** What of the evidence cannot be seen at this moment. */
export async function unseen(
  { alert, figure, log }: Evidence,
  at: { readonly prometheus: string; readonly logs: LogMark },
): Promise<string[]> {
  const { prometheus, logs } = at;
  return [
    ...(alert && !isAmong((await firing(prometheus)) ?? [], alert) ? [`the alert ${nameOf(alert)} does not fire`] : []),
    ...(figure && !(await hasAnswer(prometheus, figure.query)) ? [`no answer to ${figure.query}`] : []),
    ...(log && !logs.since(log.of).includes(log.has) ? [`the log of ${log.of.join(' or ')} has no "${log.has}"`] : []),
  ];
}

async function hasAnswer(prometheus: string, query: string): Promise<boolean> {
  const data = await askPrometheus<{ result: unknown[] }>(prometheus, `query?query=${encodeURIComponent(query)}`);
  return data !== undefined && data.result.length > 0;
}

/** Logs from a moment on. */
export class LogMark {
  readonly #folder: string;
  readonly #lengths: ReadonlyMap<string, number>;

  constructor(instance: string) {
    this.#folder = instanceOf(instance).paths.logs;
    this.#lengths = new Map(readdirSync(this.#folder).map((name) => [name, this.#read(name).length]));
  }

  since(processes: readonly string[]): string {
    return processes.map((name) => this.#read(`${name}.log`).slice(this.#lengths.get(`${name}.log`) ?? 0)).join('\n');
  }

  #read(name: string): string {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}
