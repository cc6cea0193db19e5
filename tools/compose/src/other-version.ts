import { compose, docker, down, type Project, up } from '@waybill/containers';
import type { Smoke } from './types.ts';

const OTHER = '16';

/** Data of another major version of PostgreSQL end the start with a sentence, and are left as they are. */
export async function otherVersionIsRefused({ project, say, signal }: Smoke): Promise<void> {
  await compose(project, ['create', 'postgres'], { signal });
  await inPostgres(project, `echo ${OTHER} > "$PGDATA/PG_VERSION"`);
  const refusal = await up(project, { report: () => undefined, signal }, ['postgres']).then(
    () => 'It started.',
    (error: Error) => error.message,
  );
  if (!refusal.includes(`PostgreSQL ${OTHER}`)) throw new Error(`A volume of PostgreSQL ${OTHER} was not refused. ${refusal}`);
  const left = await inPostgres(project, 'cd "$PGDATA" && head *');
  if (!left.endsWith(OTHER)) throw new Error(`The refused volume was changed: ${left}`);
  say(refusal);
  await down(project, { forget: true });
}

/** With PostgreSQL's own user and image; the service itself cannot be run, because nobody has made its password yet. */
async function inPostgres({ name }: Project, script: string): Promise<string> {
  const image = await docker(['inspect', '--format', '{{.Config.Image}}', `${name}-postgres-1`]);
  const volume = ['--volume', `${name}_postgres:/var/lib/postgresql/data`];
  return docker(['run', '--rm', '--network', 'none', '--user', '999:999', ...volume, image, 'sh', '-c', script]);
}
