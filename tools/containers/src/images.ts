import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { docker, tryDocker } from './docker.ts';
import { compose, type Project } from './project.ts';

const OURS = 'waybill/';
const GRAFANA = 'grafana/grafana:';
const BASES = /^FROM (\S+:\S+)/gm;

/** An image that a machine neither has nor can have. */
export class ImageMissing extends Error {
  constructor(image: string, pulled: boolean) {
    super(
      pulled
        ? `${image} is neither on this machine nor in a registry that it reaches.`
        : `${image} is not on this machine: \`docker pull ${image}\` fetches it.`,
    );
  }
}

/**
 * Sees that every image is here that is not built here. One that is not is pulled. On a machine that reaches no registry, an
 * image of the same name under a shorter tag may be there (`postgres:17` for `postgres:17.12`): it gets the exact tag, and
 * the line that is reported says so.
 * @returns the project as this machine can start it: without Grafana, where that image is missing.
 */
export async function baseImages(
  project: Project,
  { pull, report, signal }: { pull: boolean; report: (line: string) => void; signal: AbortSignal },
): Promise<Project> {
  let startable = project;
  const named = (await imagesOf(project)).filter((image) => !image.startsWith(OURS));
  const bases = [...readFileSync(join(projectRoot, 'Dockerfile'), 'utf8').matchAll(BASES)].map(([, image]) => image!);
  for (const image of new Set([...named, ...bases])) {
    if (await isHere(image)) continue;
    if (pull) report(`pulling ${image}`);
    if (pull && (await tryDocker(['pull', '--quiet', image], { signal })).code === 0) continue;
    signal.throwIfAborted();
    const standIn = await firstThatIsHere(shorterTags(image));
    if (standIn) {
      await docker(['tag', standIn, image]);
      report(`${image} cannot be pulled: this machine's ${standIn} stands in for it`);
    } else if (image.startsWith(GRAFANA)) {
      startable = { ...project, withoutGrafana: true };
      report(`${image} cannot be pulled: everything but Grafana is started`);
    } else throw new ImageMissing(image, pull);
  }
  return startable;
}

/** `nginx:1.30.6-alpine`: `nginx:1.30-alpine`, then `nginx:1-alpine`. */
export function shorterTags(image: string): string[] {
  const [, name, version, variant = ''] = /^(.+):(\d+(?:\.\d+)+)(-.+)?$/.exec(image) ?? [];
  if (!name || !version) return [];
  const numbers = version.split('.');
  return numbers.slice(1).map((_, index) => `${name}:${numbers.slice(0, numbers.length - 1 - index).join('.')}${variant}`);
}

async function isHere(image: string): Promise<boolean> {
  return (await tryDocker(['image', 'inspect', image])).code === 0;
}

async function firstThatIsHere(images: readonly string[]): Promise<string | undefined> {
  for (const image of images) if (await isHere(image)) return image;
  return undefined;
}

const imagesOf = async (project: Project): Promise<string[]> => [
  ...new Set((await compose(project, ['config', '--images'])).split('\n')),
];

/** Each image that the system runs, with its size in bytes. */
export async function imageSizes(project: Project): Promise<[image: string, bytes: number][]> {
  const images = (await imagesOf(project)).sort();
  return Promise.all(
    images.map(async (image) => [image, Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]))] as const),
  ) as Promise<[string, number][]>;
}
