import { pidOf } from '@waybill/stack';
import { alert, lasting, pause } from './drill.ts';

/**
 * More than the second that the alert allows, and less than costs a process its place in a Kafka group (4 s). Free for long enough
 * to answer a scrape in time: with one missing the alert counts its 30 s anew.
 */
const HELD_UP_MS = 1_200;
const FREE_MS = 1_300;

/** As on a machine that is too busy: the process gets no processor again and again, and is never away for long. */
export async function holdUp(pid: number, mend: AbortSignal): Promise<void> {
  while (!mend.aborted) {
    process.kill(pid, 'SIGSTOP');
    await pause(HELD_UP_MS, mend);
    process.kill(pid, 'SIGCONT');
    await pause(FREE_MS, mend);
  }
}

const NAME = 'notification-1';

export const heldUpReplica = lasting(
  'one replica of notification is held up again and again',
  [alert('EventLoopBlocked', { instance: NAME })],
  async ({ instance }, mend) => holdUp(await pidOf(NAME, instance), mend),
);
