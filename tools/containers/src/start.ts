import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '@waybill/kit';
import { docker, type Call } from './docker.ts';
import { compose, type Project } from './project.ts';

type Wish = Pick<Call, 'signal'> & { readonly report: (line: string) => void };

/** The label of the Dockerfile. What a build replaced has no name any more, and is removed by it. */
const OURS = 'org.opencontainers.image.title=Waybill';
/** A machine that is busy with something else takes its time; a container that cannot start is told by its health check. */
const READY_WITHIN_S = 300;
const ASK_AGAIN_MS = 2_000;

/** What fits into a line of a terminal, behind the demo's indentation. */
const STEP_WIDTH = 110;

/** Builds the images that are ours, and reports each step. */
export async function build(project: Project, { report, signal }: Wish): Promise<void> {
  const step = /^#\d+ \[(.+?)\] (.+)$/;
  await underPlainName(project.folder ?? projectRoot, (folder) =>
    compose(project, ['--project-directory', folder, '--progress', 'plain', 'build'], {
      ...(signal && { signal }),
      progress: (line) => {
        const [, where, what] = step.exec(line) ?? [];
        if (where && what && !where.startsWith('internal'))
          report(`${where}: ${what.replaceAll(/\s+/g, ' ')}`.slice(0, STEP_WIDTH));
      },
    }),
  );
  await docker(['image', 'prune', '--force', '--filter', `label=${OURS}`]);
}

/**
 * BuildKit sends the name of the context's folder in a header, which takes ASCII alone, as soon as several images share the
 * context: a folder of another name is built from through a link.
 */
async function underPlainName(folder: string, work: (folder: string) => Promise<unknown>): Promise<void> {
  if (/^[\x20-\x7e]+$/.test(basename(folder))) return void (await work(folder));
  const place = mkdtempSync(join(tmpdir(), 'waybill-'));
  const link = join(place, 'waybill');
  symlinkSync(folder, link);
  try {
    await work(link);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Brings everything up and resolves when it is ready. `more` is for `docker compose up`: `--scale payment=4`. */
export async function up(project: Project, { report, signal }: Wish, more: readonly string[] = []): Promise<void> {
  const told = new Set<string>();
  const progress = (line: string) => {
    const [, container, state] = /^Container (\S+)\s+(Healthy|Exited)$/.exec(line) ?? [];
    const sentence = `${container?.replace(`${project.name}-`, '')} is ${state === 'Healthy' ? 'ready' : 'done'}`;
    if (!container || told.has(sentence)) return;
    told.add(sentence);
    report(sentence);
  };
  const wait = ['--wait', '--wait-timeout', String(READY_WITHIN_S)];
  const args = ['--progress', 'plain', 'up', ...wait, ...more];
  const until = performance.now() + READY_WITHIN_S * 1_000;
  for (;;) {
    try {
      await compose(project, args, { ...(signal && { signal }), progress });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (performance.now() > until || !isUnhealthy(error as Error))
        throw new Error(await explained(project, error as Error), { cause: error });
    }
    await delay(ASK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * Compose gives up at the first container that it sees unhealthy. One that runs already is so while the broker that it waits for comes
 * back, and is ready seconds later.
 */
export const isUnhealthy = ({ message }: Error): boolean => /container \S+ is unhealthy/.test(message);

/** Compose names a step that failed; what the step said about it is in its log. */
async function explained(project: Project, { message }: Error): Promise<string> {
  const [, step] = /service "([\w-]+)" didn't complete successfully/.exec(message) ?? [];
  if (step) return (await compose(project, ['logs', '--no-log-prefix', '--no-color', '--tail', '20', step])) || message;
  const port = takenPort(message);
  if (port) return `Port ${port} is taken: WAYBILL_PORT_... in .env moves it (.env.example lists every name).`;
  return message;
}

/** By another container (`Bind for`), or by another program. */
export const takenPort = (message: string): string | undefined =>
  /(?:Bind for|bind host port(?: for)?) 127\.0\.0\.1:(\d+)/.exec(message)?.[1];

/** Ends everything. What the databases and brokers hold stays, unless it is to be forgotten. */
export const down = (project: Project, { forget }: { forget: boolean }): Promise<string> =>
  compose(project, ['down', '--remove-orphans', ...(forget ? ['--volumes'] : [])]);
