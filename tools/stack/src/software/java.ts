import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@waybill/kit';

/** Kafka 4 needs it. */
const OLDEST = 17;

/** The folder of the machine's own Java, from JAVA_HOME or the path, when it runs and is new enough. */
export async function javaOfMachine(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME'];
  for (const program of [...(home ? [join(home, 'bin/java')] : []), 'java']) {
    const found = await ask(program);
    if (found && found.version >= OLDEST && existsSync(join(found.home, 'bin/java'))) return found.home;
  }
  return undefined;
}

/** Java prints its settings as `name = value`; the version reads `1.8` or `17`. */
async function ask(program: string): Promise<{ home: string; version: number } | undefined> {
  const settings = await run(program, ['-XshowSettings:properties', '-version'], { withErrors: true }).catch(() => '');
  const value = (name: string) =>
    settings
      .split('\n')
      .map((line) => line.trim().split(' = '))
      .find(([key]) => key === name)?.[1];
  const home = value('java.home');
  if (!home) return undefined;
  return { home, version: Number(value('java.specification.version')) };
}

/** The folder of the one Java that was unpacked. */
export function unpackedJava(tree: string): string {
  const folder = join(tree, 'usr/lib/jvm');
  const found = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((home) => existsSync(join(home, 'bin/java')));
  if (!found) throw new Error(`There is no Java in ${folder}: remove ${tree} and start again.`);
  return found;
}
