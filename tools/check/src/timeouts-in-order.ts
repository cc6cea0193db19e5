import type { SourceFile } from './check.ts';
import { configured } from './configured.ts';
import { formatDuration, parseDuration } from './durations.ts';

/** A row of the table: `| what | value | [file](link) `name` | ...`. */
interface Row {
  readonly what: string;
  readonly value: string;
  readonly path: string;
  readonly name: string;
}

const ROW = /^\| ([^|]+?) +\| ([^|]+?) +\| \[[^\]]*\]\(\.\.\/([^)]+)\) `([^`]+)` +\|/gm;
const RULE = /^- `([^`]* <=? [^`]*|[^`]* = [^`]*)`/gm;

/**
 * What is wrong between docs/timeouts.md and the configuration: a row whose value is not the one that is set, an order
 * that the values break, and a length of time in the configuration that the table does not name.
 */
export function timeoutsInOrder(page: string, files: readonly SourceFile[]): string[] {
  const rows = [...page.matchAll(ROW)].map(([, what, value, path, name]) => ({ what, value, path, name }) as Row);
  const rules = [...page.matchAll(RULE)].map(([, rule]) => rule!);
  if (rows.length === 0 || rules.length === 0) return ['docs/timeouts.md has no table, or no order'];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: string[] = [];
  const values = new Map<string, number>();
  for (const row of rows) {
    try {
      const ms = valueOf(row, rows, byPath);
      if (values.has(row.what)) problems.push(`two rows are named "${row.what}"`);
      values.set(row.what, ms);
      if (parseDuration(row.value) !== ms)
        problems.push(`${row.what}: the table says ${row.value}, ${row.path} says ${formatDuration(ms)} (${row.name})`);
    } catch (error) {
      problems.push(`${row.what}: ${(error as Error).message}`);
    }
  }
  return [...problems, ...rules.flatMap((rule) => brokenRule(rule, values)), ...unnamed(rows, files)];
}

function valueOf(row: Row, rows: readonly Row[], files: ReadonlyMap<string, SourceFile>): number {
  const file = files.get(row.path);
  if (!file) throw new Error(`there is no file ${row.path}`);
  return configured(file, row.name, (name) => {
    const other = rows.find((each) => each.name === name && each !== row);
    if (!other) throw new Error(`${row.name} is made of ${name}, which has no row`);
    return valueOf(other, rows, files);
  });
}

/** A chain such as `2 x publish timeout + 1 s < idle in transaction < 10 s`: every link must hold. */
function brokenRule(rule: string, values: ReadonlyMap<string, number>): string[] {
  const parts = rule.split(/ (<=?|=) /);
  const unknown: string[] = [];
  const term = (text: string) => {
    const [, times = '1', name] = /^(?:([\d.]+) x )?(.*)$/.exec(text)!;
    const ms = values.get(name!) ?? parseDuration(name!);
    if (ms === undefined) unknown.push(name!);
    return Number(times) * (ms ?? 0);
  };
  const sides = parts.filter((_, index) => index % 2 === 0);
  const sums = sides.map((side) => side.split(' + ').reduce((sum, text) => sum + term(text), 0));
  if (unknown.length > 0) return unknown.map((name) => `the order "${rule}" names "${name}", which no row of the table does`);
  return sums.slice(1).flatMap((right, index) => {
    const left = sums[index]!;
    const sign = parts[2 * index + 1]!;
    const holds = sign === '<' ? left < right : sign === '=' ? left === right : left <= right;
    if (holds) return [];
    return [`${sides[index]} (${formatDuration(left)}) must be ${sign} ${sides[index + 1]} (${formatDuration(right)})`];
  });
}

const IN_CODE =
  /(?:(?<![\w.])|this\.)([A-Z][A-Z_]*_MS|\w*(?:Ms|[tT]imeout|TimeoutMS|Interval)|heartbeat|retryDelay)\s*[:=]\s*(?:[1-9]|setting\(|[\w.]+ [*+] [1-9])/g;
const IN_SETTINGS = /^[^#\n]*?(?<![\w.])([\w.]*(?:timeout|heartbeat)[\w.]*)(?:\s*=\s*|:?\s+)'?[1-9]/gm;
/** HAProxy names a length of time by a word or two, several to a line. */
const IN_HAPROXY = /(?<=^[^#\n]*\s)(timeout [\w-]+|hold \w+|hard-stop-after|\w*inter|expire)(?=\s+[1-9])/gm;
/** What runs: no specs, no fixtures, and no tool but the stack. */
const SYSTEM =
  /^(?:apps\/[\w-]+\/src|libs\/(?:messaging|service)\/src|tools\/stack\/src|infra)\/(?!.*\.spec\.).*\.(?:ts|sql|conf|cfg|properties|yml|template)$/;

/** Every timeout of the system stands in the table: what looks like one and is not there. */
function unnamed(rows: readonly Row[], files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => SYSTEM.test(path))
    .flatMap(({ path, text }) => {
      const language = path.endsWith('.ts') ? IN_CODE : path.endsWith('.cfg') ? IN_HAPROXY : IN_SETTINGS;
      const names = new Set([...text.matchAll(language)].map((match) => match[1]!));
      return [...names]
        .filter((name) => !rows.some((row) => row.path === path && row.name === name))
        .map((name) => `${path} sets ${name}, which the table of docs/timeouts.md does not name`);
    });
}
