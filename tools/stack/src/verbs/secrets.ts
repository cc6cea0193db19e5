import { setTimeout as delay } from 'node:timers/promises';
import { compose, containersOf, type Project } from '@waybill/containers';
import { type How, KNOWN_SECRETS, type KnownSecret } from '@waybill/deploy';
import { elapsedReport, type Report, table } from '@waybill/kit';
import { writeConnections } from '../connections.ts';
import { appEnvironment } from '../servers/app.ts';
import { readSettings } from '../settings.ts';
import { ask } from '../supervision/control.ts';
import { runningSupervisor } from '../supervision/leftovers.ts';
import { running } from '../supervision/running.ts';
import type { ServiceStatus } from '../supervision/supervisor.ts';
import { units } from '../topology.ts';
import { signingKeyRotated } from './rotate-signing-key.ts';
import { runScript } from './run-script.ts';

const PROGRAM = 'tools/deploy/src/rotate-secrets.ts';

/** The system, as far as a rotation has to do with it: the same whether it is made of processes or of containers. */
interface System {
  readonly list: () => Promise<Listed[]>;
  /** Gives them another value, at the servers that can be told and in the files. */
  readonly rotate: (names: readonly string[]) => Promise<void>;
  readonly runs: (part: string) => Promise<boolean>;
  /** Stops and starts it, and waits until it is ready. */
  readonly restart: (part: string) => Promise<unknown>;
  readonly runStep: (part: string) => Promise<unknown>;
  /** What the issuer says of it, also when its next key is too young. */
  readonly rotateSigningKey: () => Promise<string>;
}

type Listed = KnownSecret & { readonly madeAt: string };

interface Where {
  readonly instance?: string | undefined;
  /** Of the system in containers. */
  readonly project?: Project | undefined;
}

const systemAt = ({ instance, project }: Where): System => (project ? inContainers(project) : asProcesses(instance));

const IN_WORDS: Readonly<Record<How, string>> = {
  postgres: '',
  rabbitmq: '',
  kafka: '',
  file: '',
  person: '',
  'restart kafka': 'kafka is started again',
  'restart rabbitmq': 'rabbitmq is started again',
  'restart elk': 'the log store is started again',
};

/** Prints which secrets there are, who has them and since when, and never a value. */
export async function secrets(where: Where): Promise<void> {
  const listed = await systemAt(where).list();
  const rows = listed.map(({ name, how, holders, madeAt }) => [
    name,
    madeAt.slice(0, 16).replace('T', ' '),
    holders.join(', '),
    IN_WORDS[how],
  ]);
  console.log(table([['SECRET', 'SINCE', 'KNOWN TO', 'AT ITS ROTATION'], ...rows]));
}

/**
 * Gives these secrets another value, or all of them and the signing key. No request fails: servers keep the connections that are open, our
 * processes read a secret when they sign in, and orders are accepted while a broker is started again.
 */
export async function rotateSecrets(names: readonly string[], where: Where, report: Report = elapsedReport()): Promise<void> {
  const system = systemAt(where);
  const there = await system.list();
  const chosen = names.length > 0 ? names : there.map(({ name }) => name);
  await system.rotate(chosen);
  report(`${chosen.length} ${chosen.length === 1 ? 'secret has another value' : 'secrets have another value'}`);
  const has = (how: How) => KNOWN_SECRETS.some((known) => known.how === how && chosen.includes(known.name));
  if (has('person')) {
    await system.runStep('migrate-identity');
    report('the issuer knows the new passwords of its people');
  }
  const restarted = [
    ...(has('restart rabbitmq') ? ['rabbitmq'] : []),
    ...(has('restart kafka') ? ['kafka'] : []),
    ...(has('restart elk') ? ['elasticsearch', 'logstash', 'kibana'] : []),
  ];
  for (const part of restarted)
    if (await system.runs(part)) {
      await system.restart(part);
      report(`${part} is started again, and has its new secrets`);
    }
  if (names.length === 0 && (await system.runs('identity'))) report(await system.rotateSigningKey());
}

function asProcesses(instance: string | undefined): System {
  const around = running(instance);
  const supervisor = runningSupervisor(around.instance)!;
  const settings = readSettings();
  const environment = (part: string) => {
    const [unit] = units(undefined, { only: [part] });
    return { unit: unit!, env: appEnvironment(unit!, { ...around, settings }) };
  };
  const services = () => ask<ServiceStatus[]>(supervisor, 'status');
  const runs = async (part: string) => (await services()).some(({ name, state }) => name === part && state !== 'stopped');
  return {
    list: async () =>
      KNOWN_SECRETS.filter(({ name }) => around.secrets.has(name)).map((known) => ({
        ...known,
        madeAt: around.secrets.madeAt(known.name).toISOString(),
      })),
    rotate: async (names) => {
      const { env } = environment('deploy');
      const places = {
        SECRETS_DIR: around.secrets.dir,
        DATABASE_HOST: '127.0.0.1',
        DATABASE_PORT: String(around.ports['postgres.sql']),
      };
      await runScript('rotate-secrets', { file: PROGRAM, args: names, env: { ...env, ...places } }, around);
      writeConnections(around.instance, around.ports, around.secrets);
    },
    runs,
    restart: (part) => ask<string>(supervisor, 'restart', part),
    runStep: async (part) => {
      // A part of the system may run without it.
      if (!(await runs('identity'))) return;
      const { unit, env } = environment(part);
      await runScript(part, { file: unit.part.script!, env }, around);
    },
    rotateSigningKey: () => signingKeyRotated(instance),
  };
}

const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 1_000;

function inContainers(project: Project): System {
  const run = (...args: string[]) => compose(project, ['run', '--rm', '--no-deps', '-T', ...args]);
  const healthy = async (part: string) =>
    (await containersOf(project)).some((container) => container.service === part && container.healthy);
  return {
    list: async () => JSON.parse(await run('rotate-secrets', 'node', PROGRAM, '--list')) as Listed[],
    rotate: async (names) => void (await run('rotate-secrets', 'node', PROGRAM, ...names)),
    runs: async (part) => (await containersOf(project)).some(({ service, running }) => service === part && running),
    restart: async (part) => {
      await compose(project, ['restart', part]);
      for (const until = Date.now() + READY_WITHIN_MS; !(await healthy(part)); await delay(LOOK_EVERY_MS))
        if (Date.now() > until) throw new Error(`${part} is not healthy: \`docker compose logs ${part}\` says more.`);
    },
    runStep: (part) => run(part),
    rotateSigningKey: async () => {
      const program = ['node', 'apps/identity/dist/rotate-signing-key.js'];
      return (await compose(project, ['exec', '-T', 'identity', ...program]).catch((error: Error) => error.message)).trim();
    },
  };
}
