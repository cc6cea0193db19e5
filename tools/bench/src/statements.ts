import { askPort, type CallerTls } from '@waybill/stack';

/** What a service has had completed by PostgreSQL, in all its replicas. */
export interface Statements {
  readonly all: number;
  /** One COMMIT is one transaction. */
  readonly commits: number;
}

const COMPLETED = /^waybill_database_statements_total\{command="(\w+)"\} (\d+)/gm;

/** Asks each replica at its HTTP port for what it has counted since it started. */
export async function readStatements(ports: readonly number[], tls?: CallerTls): Promise<Statements> {
  const texts = await Promise.all(ports.map(async (port) => (await askPort(tls, port, '/metrics')).text()));
  const counts = texts.flatMap((text) => [...text.matchAll(COMPLETED)].map(([, command, n]) => ({ command, n: Number(n) })));
  const sum = (of: typeof counts) => of.reduce((total, { n }) => total + n, 0);
  return { all: sum(counts), commits: sum(counts.filter(({ command }) => command === 'COMMIT')) };
}
