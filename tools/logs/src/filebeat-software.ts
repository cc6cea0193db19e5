import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@waybill/kit';
import { aloneOnTheCache, cacheDir } from '@waybill/stack';

/** The newest whose sources Go's module proxy has; the image in docker-compose.yml is newer, and reads the same file. */
const FILEBEAT = '7.17.28';
const MODULE = `github.com/elastic/beats/v7@v${FILEBEAT}`;

/** A real Filebeat, built with the machine's Go; nothing where there is none. The first build takes some minutes. */
export async function filebeatSoftware(say: (line: string) => void): Promise<string | undefined> {
  const program = join(cacheDir(), 'filebeat', FILEBEAT, 'filebeat');
  if (existsSync(program)) return program;
  if (!(await run('go', ['version']).catch(() => ''))) return undefined;
  await aloneOnTheCache(say, () => build(program, say));
  return program;
}

async function build(program: string, say: (line: string) => void): Promise<void> {
  if (existsSync(program)) return;
  say(`building Filebeat ${FILEBEAT} with Go, which downloads its modules and takes some minutes`);
  const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', MODULE])) as { Dir: string };
  const sources = `${program}.sources`;
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(join(program, '..'), { recursive: true, mode: 0o700 });
  cpSync(Dir, sources, { recursive: true });
  await run('chmod', ['-R', 'u+w', sources]);
  await run('go', ['build', '-o', `${program}.new`, './filebeat'], { cwd: sources });
  rmSync(sources, { recursive: true });
  renameSync(`${program}.new`, program);
}
