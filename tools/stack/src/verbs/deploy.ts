import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { running } from '../supervision/running.ts';
import { appEnvironment } from '../servers/app.ts';
import { writeUsers } from '../servers/kafka.ts';
import { writeDefinitions } from '../servers/rabbitmq.ts';
import { readSettings } from '../settings.ts';
import { runStep } from '../supervision/step.ts';
import { units } from '../topology.ts';

/**
 * The deploy step once more, on brokers that run: users, rights, queues and topics become what the code says now. It is run by this
 * process, because the supervisor goes on with the code that it was started with.
 */
export async function deploy(instance?: string): Promise<void> {
  const around = running(instance);
  const [unit] = units(undefined, { only: ['deploy'] });
  writeDefinitions(around);
  writeUsers(around);
  await runStep(
    unit!.name,
    {
      file: process.execPath,
      args: ['--enable-source-maps', unit!.part.script!],
      env: appEnvironment(unit!, { ...around, settings: readSettings() }),
      cwd: projectRoot,
    },
    {
      logFile: join(around.instance.paths.logs, `${unit!.name}.log`),
      stackDir: around.instance.dir,
      signal: new AbortController().signal,
    },
  );
}
