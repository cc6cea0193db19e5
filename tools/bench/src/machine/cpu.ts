import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10;

interface Process {
  readonly parent: number;
  readonly ticks: number;
}

/** Processor time in milliseconds, in all, by group of processes. */
export type Cpu = Readonly<Record<string, number>>;

/** Of each group: what its processes, and all that they have started, have used since they began. */
export function cpuOf(groups: Readonly<Record<string, readonly number[]>>): Cpu {
  const processes = readProcesses();
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid)!.parent);
  const ticksOf = (pid: number): number =>
    (processes.get(pid)?.ticks ?? 0) + (children.get(pid) ?? []).reduce((sum, child) => sum + ticksOf(child), 0);
  return Object.fromEntries(
    Object.entries(groups).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + ticksOf(pid), 0) * MS_PER_TICK]),
  );
}

/** Of what a process has started, and they in turn: by the name that `nameOf` gives a command line. What gets no name is left out. */
export function cpuOfStarted(root: number, nameOf: (commandLine: string) => string | undefined): Cpu {
  const processes = readProcesses();
  const used: Record<string, number> = {};
  for (const [pid, { ticks }] of processes) {
    const name = isBelow(pid, root, processes) ? nameOf(commandLineOf(pid)) : undefined;
    if (name === undefined) continue;
    used[name] = (used[name] ?? 0) + ticks * MS_PER_TICK;
  }
  return used;
}

function isBelow(pid: number, root: number, processes: ReadonlyMap<number, Process>): boolean {
  for (let parent = processes.get(pid)?.parent; parent; parent = processes.get(parent)?.parent) if (parent === root) return true;
  return false;
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

export const cpuBetween = (before: Cpu, after: Cpu): Cpu =>
  Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));

function readProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      processes.set(Number(entry), parseStat(readFileSync(`/proc/${entry}/stat`, 'latin1')));
    } catch {
      // it ended while we were looking
    }
  }
  return processes;
}

/** A name may hold spaces and brackets, so the fields count from the last bracket. Children that have ended are counted with it. */
export function parseStat(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}

/** Milliseconds that all processors of the machine have been busy since it started, whoever kept them so; time stolen by its host. */
export function busyMs(text = readFileSync('/proc/stat', 'utf8')): number {
  // cpu user nice system idle iowait irq softirq steal
  const [user, nice, system, , , irq, softirq, steal] = text
    .slice(0, text.indexOf('\n'))
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) * MS_PER_TICK;
}
