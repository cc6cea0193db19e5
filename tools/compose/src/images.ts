import { compose, docker, tryDocker } from './docker.ts';

const OURS = 'waybill/';
const BASE = /^FROM (\S+:\S+)/gm;

/**
 * On a machine that reaches no registry, an image of the same name under a shorter tag may be there (`postgres:17` for
 * `postgres:17.12`): it gets the exact tag, and the line that is printed says so.
 */
export async function standIns(dockerfile: string, say: (line: string) => void): Promise<void> {
  const named = (await docker(compose('config', '--images'))).split('\n').filter((image) => !image.startsWith(OURS));
  for (const image of new Set([...named, ...[...dockerfile.matchAll(BASE)].map(([, image]) => image!)])) {
    if (await isHere(image)) continue;
    if ((await tryDocker(['pull', '--quiet', image])).code === 0) continue;
    const standIn = await firstThatIsHere(shorterTags(image));
    if (!standIn) throw new Error(`${image} is neither on this machine nor in a registry that it reaches.`);
    await docker(['tag', standIn, image]);
    say(`${image} cannot be pulled: this machine's ${standIn} stands in for it`);
  }
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

/** Name and size of each image that the system runs. */
export async function imageSizes(): Promise<string[][]> {
  const images = [...new Set((await docker(compose('config', '--images'))).split('\n'))].sort();
  return Promise.all(
    images.map(async (image) => {
      const bytes = Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
      return [image, `${Math.round(bytes / 1e6)} MB`];
    }),
  );
}
