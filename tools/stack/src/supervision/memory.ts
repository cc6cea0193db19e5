import { readFileSync } from 'node:fs';
import { treeOf } from './process-tree.ts';

/** Memory of a process and all below it, in bytes: its proportional share of what it has in common with others (PSS). */
export const memoryOf = (pid: number): number => treeOf(pid).reduce((sum, member) => sum + pssOf(member), 0);

function pssOf(pid: number): number {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0; // it ended while we were looking
  }
}
