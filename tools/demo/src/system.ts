import type { Overview } from '@waybill/stack';
import type { RunningStack } from './running-stack.ts';

/** A way to run the system: as processes of this machine, or in containers. */
export interface System {
  /** Resolves when everything is ready. False when it ran already. */
  start(report: (line: string) => void, signal: AbortSignal): Promise<boolean>;
  /** Throws a sentence when nothing runs. */
  running(): Promise<RunningStack>;
  overview(): Promise<Overview>;
  /** Ends what `start` has started, also when that failed halfway. Data stay, unless it is a copy beside the default one. */
  stop(report: (line: string) => void): Promise<void>;
  readonly commands: Commands;
}

/** What a person types to look and to break. */
export interface Commands {
  readonly status: string;
  readonly log: string;
  readonly kill: readonly [command: string, comment: string];
  readonly stopBroker: readonly [command: string, comment: string];
  readonly audit: string;
  /** What the provider or the mail server saw. */
  readonly ledger: (of: 'charges' | 'mails') => string;
  /** Prints an access token of this person. */
  readonly token: (who: string) => string;
  /** Shows the password of each person. */
  readonly passwords: string;
}
