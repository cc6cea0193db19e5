import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { outsideFolder } from '../servers/lent.ts';

/** Names one process for good: a pid alone comes back after a reboot or when the counter wraps. */
export interface Identity {
  readonly pid: number;
  /** Clock ticks from the machine's boot to the start of the process (`/proc/PID/stat`, field 22). */
  readonly startTime: string;
  /** The boot that these ticks count from: after a power cut nothing of the old state is alive. */
  readonly bootId: string;
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The fields of `/proc/PID/stat` after the command's name, which may itself hold spaces and brackets. */
function stat(pid: number): string[] | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

export function identify(pid: number): Identity | undefined {
  const startTime = stat(pid)?.[19];
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** True while this very process exists and is not a zombie. */
export function isAlive(identity: Identity): boolean {
  const fields = stat(identity.pid);
  return fields !== undefined && fields[0] !== 'Z' && fields[19] === identity.startTime && identity.bootId === bootId();
}

/** True while a process is held by SIGSTOP (or a debugger): its children may go on answering, it does not. */
export const isSuspended = (pid: number) => ['T', 't'].includes(stat(pid)?.[0] ?? '');

const livingPids = () =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => (stat(pid)?.[0] ?? 'Z') !== 'Z');

/** The living members of a process group. */
export const groupMembers = (group: number): number[] => livingPids().filter((pid) => Number(stat(pid)?.[2]) === group);

/** Every living process that carries a mark of this folder, the caller excepted. */
export const processesOf = (dir: string, mark: Mark = 'WAYBILL_STACK'): number[] =>
  livingPids().filter((pid) => pid !== process.pid && belongsTo(pid, dir, mark));

/** What the supervisor and all that it starts carry in their environment, and what its guardian carries instead. */
export type Mark = 'WAYBILL_STACK' | 'WAYBILL_GUARDIAN';

/** These write their titles over their environment. */
const WRITE_TITLES = ['postgres', 'nginx'];

/**
 * True when the process was started by the stack in this folder: it carries the folder's mark in its environment. A
 * process that overwrites its environment is told by its working folder. Its group would not do: each backend of PostgreSQL leads one.
 */
export function belongsTo(pid: number, dir: string, mark: Mark = 'WAYBILL_STACK'): boolean {
  const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  try {
    if (read('environ').split('\0').includes(`${mark}=${dir}`)) return true;
    const titled = mark === 'WAYBILL_STACK' && WRITE_TITLES.includes(read('comm').trim());
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    const elsewhere = outsideFolder({ dir }, 'postgres');
    return titled && (cwd.startsWith(`${dir}/`) || (elsewhere !== undefined && cwd.startsWith(`${elsewhere}/`)));
  } catch {
    return false;
  }
}
