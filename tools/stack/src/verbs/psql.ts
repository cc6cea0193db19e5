import { createInterface, type Interface } from 'node:readline';
import type pg from 'pg';
import { printTable } from '@waybill/kit';
import { inDatabase, running, serviceNamed } from '../supervision/running.ts';

const TABLES = `SELECT relname AS "table", n_live_tup AS "rows, about" FROM pg_stat_user_tables ORDER BY 1`;
const COLUMNS = `SELECT column_name AS "column", data_type AS type, is_nullable AS nullable, column_default AS "default"
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`;

/** In pg_type. */
const INTERVAL = 1186;

type Run = (statement: string) => Promise<void>;

/** Runs the statement that was given, or those that come in by a pipe, or opens a prompt. */
export async function psql(name: string | undefined, sql: string, options: { instance?: string; json: boolean }): Promise<void> {
  const service = serviceNamed(name);
  const around = running(options.instance);
  await inDatabase(service, around, async (client) => {
    // As PostgreSQL writes it: pg's own object of it is empty where the interval is 0.
    client.setTypeParser(INTERVAL, String);
    const run: Run = (statement) => print(client, statement, options.json);
    if (sql !== '') await run(sql);
    else if (process.stdin.isTTY) await prompt(service, run);
    else await read(createInterface({ input: process.stdin }), run);
  });
}

/** A mistake at the prompt is said and forgotten; in a pipe it ends the run. */
async function prompt(service: string, run: Run): Promise<void> {
  console.log(
    `The database of ${service}, as the service itself: rows, no DDL. \\d lists tables, \\d TABLE its columns, \\q ends.`,
  );
  const lines = createInterface({ input: process.stdin, output: process.stdout, historySize: 500 });
  const ask = (unfinished: boolean) => {
    lines.setPrompt(unfinished ? `${service}-> ` : `${service}=> `);
    lines.prompt();
  };
  await read(lines, (statement) => run(statement).catch((error: Error) => console.log(error.message)), ask);
  lines.close();
}

/** A statement ends with a semicolon at the end of a line, as in PostgreSQL's own psql, or with the input; \d and \q are lines. */
async function read(lines: Interface, run: Run, ask: (unfinished: boolean) => void = () => undefined): Promise<void> {
  let statement = '';
  ask(false);
  for await (const line of lines) {
    if (/^\\q\b/.test(line)) return;
    statement += `${line}\n`;
    if (line.startsWith('\\') || /;\s*$/.test(line)) {
      await run(statement);
      statement = '';
    }
    ask(statement.trim() !== '');
  }
  if (statement.trim() !== '') await run(statement);
}

async function print(client: pg.Client, statement: string, json: boolean): Promise<void> {
  const described = /^\s*\\d\s*(\S*)\s*$/.exec(statement);
  const answer = described?.[1]
    ? await client.query(COLUMNS, [described[1]])
    : ((await client.query(described ? TABLES : statement)) as pg.QueryResult | pg.QueryResult[]);
  for (const result of [answer].flat()) printResult(result as pg.QueryResult<Record<string, unknown>>, json);
}

function printResult({ command, fields, rows, rowCount }: pg.QueryResult<Record<string, unknown>>, json: boolean): void {
  if (fields.length === 0) return console.log(`${command}${rowCount === null ? '' : ` ${rowCount}`}`);
  if (json) return console.log(JSON.stringify(rows, (_, value: unknown) => (isBytes(value) ? textOf(value) : value), 2));
  const names = fields.map(({ name }) => name);
  printTable(
    names,
    rows.map((row) => names.map((name) => cell(row[name]))),
  );
  console.log(`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`);
}

/** One cell of a table: bytes as text when they are text, times in UTC, nothing for NULL. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return textOf(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

const isBytes = (value: unknown): value is Buffer | { type: 'Buffer'; data: number[] } =>
  (value as { type?: unknown } | null)?.type === 'Buffer';

function textOf(bytes: Buffer | { data: number[] }): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.data);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) ? text : `\\x${buffer.toString('hex')}`;
}
