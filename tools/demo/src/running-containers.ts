import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compose, containersOf, docker, type Project } from '@waybill/containers';
import { projectRoot } from '@waybill/kit';
import { overviewOfContainers } from '@waybill/stack';
import { databasesOf, type RunningStack } from './running-stack.ts';

/** Where everything of a project in containers is. Throws a sentence when it does not run. */
export async function runningContainers(project: Project): Promise<RunningStack> {
  const { services, urls } = overviewOfContainers(await containersOf(project), new Map());
  const { edge, outsideWorld } = urls;
  if (!edge || !outsideWorld) throw new Error('Nothing runs in containers: `npm run demo -- --with docker` starts it.');
  const port = services.find(({ name }) => name === 'postgres')?.ports['sql'];
  if (port === undefined)
    throw new Error(
      'The audit cannot reach PostgreSQL: `npm run demo -- --with docker` publishes it on a free port of this machine.',
    );
  const password = await compose(project, ['exec', '-T', 'postgres', 'cat', '/run/secrets/postgres']);
  return {
    urls,
    edge,
    outsideWorld,
    clientLedger: await clientLedgerOf(project),
    database: databasesOf({ host: '127.0.0.1', port, user: 'postgres', password }),
  };
}

const LEDGERS = join(projectRoot, '.containers');

/**
 * What the customers were told is worth nothing without the data that it speaks of. Those are in volumes, which docker
 * removes without a word to us: so the file carries the moment at which the volume was made, and goes when that is another.
 */
async function clientLedgerOf(project: Project): Promise<string> {
  const made = await docker(['volume', 'inspect', '--format', '{{.CreatedAt}}', `${project.name}_outside-world`]);
  const file = `${project.name}.${made.replaceAll(/\D/g, '')}.ndjson`;
  mkdirSync(LEDGERS, { recursive: true });
  removeLedgers(project, file);
  return join(LEDGERS, file);
}

/** Called when the volumes are removed. */
export const forgetCustomers = (project: Project): void => removeLedgers(project, undefined);

function removeLedgers({ name }: Project, but: string | undefined): void {
  if (!existsSync(LEDGERS)) return;
  for (const file of readdirSync(LEDGERS)) if (file.startsWith(`${name}.`) && file !== but) rmSync(join(LEDGERS, file));
}
