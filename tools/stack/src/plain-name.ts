import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, type Instance } from './instance.ts';

type Place = Pick<Instance, 'dir'>;

/**
 * What no server takes for something else. Kafka reads its settings as Latin-1, a comma as the end of a folder and a backslash as
 * the begin of a letter; RabbitMQ opens no configuration under letters outside ASCII; initdb hands paths to a shell.
 */
const PLAIN = /^[\w./@+-]{1,120}$/;

/** An instance's folder as the servers know it: by its own name, or by that of a link in the cache, which is made here. */
export function plainNameOf(instance: Place): string {
  if (PLAIN.test(instance.dir)) return instance.dir;
  if (!PLAIN.test(cacheDir()))
    throw new Error(
      `The servers need a name of plain letters for ${instance.dir}, and ${cacheDir()} has none either: ` +
        'set XDG_CACHE_HOME to a folder that is named by letters, digits, dots and dashes alone.',
    );
  const link = linkOf(instance);
  mkdirSync(join(link, '..'), { recursive: true, mode: 0o700 });
  if (targetOf(link) !== instance.dir) {
    rmSync(link, { force: true });
    symlinkSync(instance.dir, link);
  }
  return link;
}

/** Called when the instance is removed. */
export const forgetPlainName = (instance: Place): void => rmSync(linkOf(instance), { force: true });

/** Of a folder's name, so that two clones never share one. */
export const keyOf = (instance: Place): string => createHash('sha256').update(instance.dir).digest('hex').slice(0, 12);

const linkOf = (instance: Place) => join(cacheDir(), 'names', keyOf(instance));

function targetOf(link: string): string | undefined {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : undefined;
}
