import { readdirSync, readFileSync } from 'node:fs';

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

/** The living members of a process group. */
export function groupMembers(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const fields = stat(pid);
      return fields !== undefined && fields[0] !== 'Z' && Number(fields[2]) === group;
    });
}

/** True when the process was started by the stack in this folder: every process of ours carries the folder's name. */
export function belongsTo(pid: number, dir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`WAYBILL_STACK=${dir}`);
  } catch {
    return false;
  }
}
