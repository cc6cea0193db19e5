import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { projectRoot } from '@waybill/kit';
import type { Check } from './check.ts';

/**
 * A check that a program of `node_modules` makes: it passes when each call ends with exit code 0, otherwise the problem is its output.
 * A call whose `-p` project does not exist is a problem too, so that a renamed folder is not silently left out.
 */
export function commandPasses(name: string, program: string, ...calls: readonly string[][]): Check {
  return {
    name,
    async problems() {
      const found: string[] = [];
      for (const args of calls) found.push(...(await run(program, args)));
      return found;
    },
  };
}

function run(program: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [fileOf(program), ...args],
      { cwd: projectRoot, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve(error ? [`${program} ${args.join(' ')}\n${stdout}${stderr}`.trimEnd()] : []);
      },
    );
  });
}

/** The script behind a name in `node_modules/.bin`, which Node can start on every platform (the links in `.bin` it cannot). */
function fileOf(program: string): string {
  const home = { tsc: 'typescript', depcruise: 'dependency-cruiser' }[program] ?? program;
  const manifest = `${projectRoot}/node_modules/${home}/package.json`;
  if (!existsSync(manifest)) throw new Error(`${home} is not installed: run \`npm ci\``);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> };
  return `${projectRoot}/node_modules/${home}/${typeof bin === 'string' ? bin : bin[program]}`;
}
