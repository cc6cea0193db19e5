import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, linkPackages, projectRoot, runToEnd } from '@waybill/kit';
import { isLive, type Mutant, packageOf } from './mutant.ts';
import type { JestReport } from './verdict.ts';

const BUILD_WITHIN_MS = 120_000;

/** A copy of the project, built, in which patches come and go: the user's own files are never touched. */
export class Copy {
  readonly #dir = mkdtempSync(join(tmpdir(), 'waybill-mutants-'));

  readonly #connections: string;
  readonly #signal: AbortSignal;

  private constructor(connections: string, signal: AbortSignal) {
    this.#connections = connections;
    this.#signal = signal;
  }

  /** `connections`: the file that says where the servers of the live specs are. */
  static async make(connections: string, signal: AbortSignal): Promise<Copy> {
    const copy = new Copy(connections, signal);
    await copy.#fill();
    return copy;
  }

  /** Why the patch does not apply, if so. */
  async apply(patch: string): Promise<string | undefined> {
    const { code, output } = await this.#git('apply', patch);
    return code === 0 ? undefined : output.trim();
  }

  /** Builds what a patch has changed. What does not compile says nothing about the tests. */
  async build(packages: readonly string[]): Promise<string | undefined> {
    const folders = packages.filter((folder) => existsSync(join(this.#dir, folder, 'tsconfig.json')));
    if (folders.length === 0) return undefined;
    const { code, output } = await this.#node(BUILD_WITHIN_MS, this.#dir, 'node_modules/typescript/bin/tsc', '-b', ...folders);
    return code === 0 ? undefined : output.trim();
  }

  /** Takes the patch back, from the sources and from what was built of them. */
  async restore(): Promise<void> {
    const { code, output } = await this.#git('checkout', '--quiet', '--', '.');
    if (code !== 0) throw new Error(`The copy could not be restored: ${output}`);
  }

  /** Runs the tests of mutants of one spec. Without a report jest did not come to its end. */
  async test(mutants: readonly Mutant[], withinMs: number): Promise<{ report?: JestReport; output: string }> {
    const { spec } = mutants[0]!;
    const cwd = join(this.#dir, packageOf(spec));
    const live = isLive(mutants[0]!);
    const { output } = await this.#node(
      withinMs,
      cwd,
      join(this.#dir, 'tools/jest.mjs'),
      ...(live ? ['--live'] : []),
      '--forceExit',
      '--testPathPatterns',
      escaped(spec),
      '--testNamePattern',
      [...new Set(mutants.map(({ test }) => escaped(test)))].join('|'),
    );
    const file = join(cwd, `test-results/${live ? 'live' : 'pure'}.json`);
    return existsSync(file) ? { report: JSON.parse(readFileSync(file, 'utf8')) as JestReport, output } : { output };
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #fill(): Promise<void> {
    const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
    const { stdout } = await runToEnd('git', list, { cwd: projectRoot, withinMs: 30_000, signal: this.#signal });
    const packages = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`),
    );
    const built = packages.map((folder) => `${folder}/dist`);
    for (const path of [...stdout.split('\0').filter((each) => each !== ''), ...built]) {
      const from = join(projectRoot, path);
      // The times too: otherwise the compiler takes everything for changed.
      if (existsSync(from)) cpSync(from, join(this.#dir, path), { recursive: true, preserveTimestamps: true });
    }
    linkPackages(this.#dir);
    // The copy is a repository: its index holds sources and builds, and `restore` brings them back from it.
    await this.#git('init', '--quiet');
    await this.#git('add', '--force', '--all', '--', '.', ':!node_modules');
  }

  #node(withinMs: number, cwd: string, ...args: string[]): Promise<Ended> {
    const env = { ...process.env, WAYBILL_TEST_STACK: this.#connections };
    return runToEnd(process.execPath, args, { cwd, env, withinMs, signal: this.#signal, ...WITH_ITS_CHILDREN });
  }

  #git(...args: string[]): Promise<Ended> {
    // Without the settings of the person and the machine: line endings, hooks.
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    return runToEnd('git', args, { cwd: this.#dir, env, withinMs: 30_000, signal: this.#signal });
  }
}

/** A spec that hangs is ended with the workers that it has started: they are in its group. */
const WITH_ITS_CHILDREN = {
  detached: true,
  end: ({ pid }: ChildProcess) => {
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  },
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
