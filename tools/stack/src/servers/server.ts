import type { Secrets } from '@waybill/deploy';
import type { Report } from '@waybill/kit';
import type { Instance } from '../instance.ts';
import type { Software } from '../software/software.ts';
import type { Unit } from '../topology.ts';

/** What a unit may know of the instance it belongs to. */
export interface Surroundings {
  readonly instance: Instance;
  /** The instance's folder under a name that every server can read. */
  readonly home: string;
  readonly secrets: Secrets;
  readonly software: Software;
  /** Every port of the instance by `unit.port`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly settings: Readonly<Record<string, string>>;
  /** By which the console may break what runs. Left out: it may not. */
  readonly breakItSocket?: string;
  readonly report: Report;
}

/** How one process is started, probed and ended. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Another user, for a server that refuses to run as root. */
  readonly uid?: number;
  readonly gid?: number;
  /** What asks it to end; the default is SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed. */
  readonly stopWithinMs: number;
  /** How long it may take to become ready. */
  readonly readyWithinMs: number;
  /** Writes what it reads at its start alone, before each start: a secret may have been rotated since the last one. */
  readonly beforeStart?: () => void;
  /** Asks the process itself, in its own protocol, whether it can work. */
  readonly isReady: () => Promise<boolean>;
  /** Why another start would end the same way, from what one start has written to the log. */
  readonly hopeless?: (log: string) => string | undefined;
  /** Writes its configuration anew, has it checked, and names the signal that makes it the one in use. */
  readonly reload?: () => Promise<NodeJS.Signals>;
  /** What is done once, when it is ready for the first time and before anything that waits for it starts. */
  readonly afterReady?: () => Promise<void>;
}

/** Writes the configuration of a unit, makes its data folder when there is none, and says how to start it. */
export type Prepare = (unit: Unit, around: Surroundings) => Promise<Launch>;
