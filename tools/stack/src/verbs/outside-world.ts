import { compose, projectOf } from '@waybill/containers';
import { runAs } from './run-as.ts';

export interface OutsideWorldOptions {
  readonly instance?: string;
  /** `docker`: the system in containers. */
  readonly with?: string;
}

/** It has the operator's token, and in containers it is where the port can be reached. */
const ASK = 'apps/outside-world/dist/ask.js';

/** `outside-world PATH [FAULTS]`: what the operator of the outside world is answered. Faults are put there; without them it is read. */
export async function outsideWorld(names: readonly string[], { instance, ...options }: OutsideWorldOptions): Promise<void> {
  if (!names[0]?.startsWith('/')) throw new Error('What of it? /ledger/charges, /ledger/mails or /faults.');
  if (options.with !== 'docker') return runAs('outside-world', ASK, names, instance);
  console.log(await compose(projectOf(instance), ['exec', '-T', 'outside-world', 'node', ASK, ...names]));
}
