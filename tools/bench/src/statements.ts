import { SERVICES } from '@waybill/contracts';
import type { status } from '@waybill/stack';

type Process = Awaited<ReturnType<typeof status>>['services'][number];

export interface Statements {
  readonly all: number;
  /** One COMMIT is one transaction. */
  readonly commits: number;
}

const COMPLETED = /^waybill_database_statements_total\{command="(\w+)"\} (\d+)/gm;

/** What the replicas of all services have had completed by PostgreSQL since they started. */
export async function readStatements(processes: readonly Process[]): Promise<Statements> {
  const replicas = processes.filter(({ name }) => SERVICES.some((service) => name.startsWith(`${service}-`)));
  const pages = await Promise.all(replicas.map(({ ports }) => fetch(`http://127.0.0.1:${ports['http']}/metrics`)));
  const texts = await Promise.all(pages.map((page) => page.text()));
  const counts = texts.flatMap((text) => [...text.matchAll(COMPLETED)].map(([, command, n]) => ({ command, n: Number(n) })));
  const sum = (of: typeof counts) => of.reduce((sum, { n }) => sum + n, 0);
  return { all: sum(counts), commits: sum(counts.filter(({ command }) => command === 'COMMIT')) };
}
