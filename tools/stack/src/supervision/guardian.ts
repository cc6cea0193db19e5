import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from '@waybill/kit';
import type { Instance } from '../instance.ts';

/**
 * Waits on a pipe that only the supervisor holds open. A word on it is a farewell; its end without one means that the
 * supervisor was killed, and everything it started is ended. A shell waits, because it needs 1 MB and Node would need 40.
 */
const WAIT = 'read -r farewell; [ "$farewell" = done ] || exec "$@"';

/** `release` sends it home: everything was ended in order. */
export interface Guardian {
  release(): Promise<void>;
}

/**
 * The guardian ends every process when the supervisor is killed (kill -9). It is a second process, because the stack has no
 * privilege, no system service and no parent to rely on. It leads its own session. When it is killed itself, the supervisor
 * starts another.
 */
export function startGuardian(instance: Instance, report: Report): Guardian {
  let released = false;
  let shell: ChildProcess;
  const start = () => {
    const script = join(import.meta.dirname, 'end-leftovers.ts');
    shell = spawn('/bin/sh', ['-c', WAIT, 'waybill-guardian', process.execPath, script, instance.name], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { PATH: '/usr/bin:/bin', WAYBILL_GUARDIAN: instance.dir },
    });
    shell.stdin?.on('error', () => undefined);
    shell.once('exit', () => {
      if (released) return;
      report('the guardian was ended; another takes its place');
      setTimeout(() => released || start(), 100);
    });
  };
  start();
  return {
    release: () => {
      released = true;
      if (shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
      const gone = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
      shell.stdin?.end('done\n');
      return gone;
    },
  };
}
