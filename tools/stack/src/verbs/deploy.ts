import { running, type Running } from '../supervision/running.ts';
import { appEnvironment } from '../servers/app.ts';
import { writeUsers } from '../servers/kafka.ts';
import { writeDefinitions } from '../servers/rabbitmq.ts';
import { readSettings } from '../settings.ts';
import { units, type Unit } from '../topology.ts';
import { runScript } from './run-script.ts';

const BROKERS = 'deploy';

/**
 * The steps before a new version once more, on servers that run: tables, users, rights, queues and topics become what the code says now.
 * They are run by this process, because the supervisor goes on with the code that it was started with.
 */
export async function deploy(instance?: string): Promise<void> {
  const around = running(instance);
  const steps = units().filter(({ part }) => part.runs === 'step');
  const migrations = steps.filter(({ name }) => name !== BROKERS);
  await Promise.all(migrations.map((unit) => again(unit, around)));
  writeDefinitions(around);
  writeUsers(around);
  await again(
    steps.find(({ name }) => name === BROKERS)!,
    around,
  );
}

const again = (unit: Unit, around: Running) =>
  runScript(unit.name, { file: unit.part.script!, env: appEnvironment(unit, { ...around, settings: readSettings() }) }, around);
