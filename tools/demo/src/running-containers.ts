import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compose, containersOf, docker, type Project } from '@waybill/containers';
import { CA_FILE, OUTSIDE_WORLD_TOKEN_SECRET, TLS_FOLDER } from '@waybill/deploy';
import { believe, projectRoot } from '@waybill/kit';
import { containerIdentity, tokenFrom } from '@waybill/sign-in';
import { overviewOfContainers } from '@waybill/stack';
import { databasesOf, type RunningStack } from './running-stack.ts';

/** What the outside world has been told. */
interface OutsideWorld {
  readonly encrypted: boolean;
  readonly ca: string;
  readonly token: string;
}

/** Our images have no shell and no `cat`: Node reads. */
const OUTSIDE_WORLD = `JSON.stringify({
  encrypted: process.env.TLS_DIR !== 'off',
  ca: process.env.TLS_DIR === 'off' ? '' : fs.readFileSync('/run/secrets/${TLS_FOLDER}/${CA_FILE}', 'utf8'),
  token: fs.readFileSync('/run/secrets/${OUTSIDE_WORLD_TOKEN_SECRET}', 'utf8'),
})`;

/** Where everything of a project in containers is. Throws a sentence when it does not run. */
export async function runningContainers(project: Project): Promise<RunningStack> {
  const { services, urls } = overviewOfContainers(await containersOf(project), new Map());
  const { edge } = urls;
  if (!edge) throw new Error('Nothing runs in containers: `npm run demo -- --with docker` starts it.');
  const portOf = (name: string, port: string) => services.find((each) => each.name === name)?.ports[port];
  const [port, world] = [portOf('postgres', 'sql'), portOf('outside-world', 'http')];
  if (port === undefined || world === undefined)
    throw new Error(
      'The audit reaches neither PostgreSQL nor the outside world: `npm run demo -- --with docker` publishes both on free ports of this machine.',
    );
  const identity = await containerIdentity(project);
  const inside = (container: string, ...command: string[]) => compose(project, ['exec', '-T', container, ...command]);
  const { encrypted, ca, token } = JSON.parse(await inside('outside-world', 'node', '--print', OUTSIDE_WORLD)) as OutsideWorld;
  const ssl = encrypted && { ca };
  if (ssl) believe(ssl.ca);
  const password = await inside('postgres', 'cat', '/run/secrets/postgres');
  return {
    urls,
    edge,
    outsideWorld: {
      url: `${ssl ? 'https' : 'http'}://127.0.0.1:${world}`,
      token,
    },
    clientLedger: await clientLedgerOf(project),
    token: (who = 'machine') => tokenFrom(identity, who),
    database: databasesOf({ host: '127.0.0.1', port, ssl, user: 'postgres', password }),
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
