import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { builtFolders, committedPaths, linkPackages } from './private-copy.ts';
import { projectRoot } from './project-root.ts';
import { type Ended, type EndOptions, runToEnd } from './run.ts';
import type { Suite } from './suite.ts';

/** It takes ten seconds alone, and two minutes beside a system under load. */
const BUILD_WITHIN_MS = 300_000;
const GIT_WITHIN_MS = 120_000;

/** A copy of the project, built, in which patches come and go: the user's own files are never touched. */
export class PatchedCopy {
  readonly folder: string;
  readonly #signal: AbortSignal;

  private constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.#signal = signal;
  }

  static async make(signal: AbortSignal): Promise<PatchedCopy> {
    const copy = new PatchedCopy(mkdtempSync(join(tmpdir(), 'waybill-patched-')), signal);
    await copy.#fill();
    // Its index holds sources and builds, and `restore` brings them back from it.
    await copy.#index('--force', '--', '.', ':!node_modules');
    return copy;
  }

  /** A copy in which a person works: its index holds what a commit would hold, so what is built is no change of theirs. */
  static async makeIn(folder: string, signal: AbortSignal): Promise<PatchedCopy> {
    const copy = new PatchedCopy(folder, signal);
    await copy.#fill();
    await copy.#index();
    return copy;
  }

  /** A copy that was made before. */
  static in(folder: string, signal: AbortSignal): PatchedCopy {
    return new PatchedCopy(folder, signal);
  }

  /** Why the patch does not apply, if so. */
  async apply(patchFile: string): Promise<string | undefined> {
    const { code, output } = await this.git('apply', patchFile);
    return code === 0 ? undefined : output.trim();
  }

  /** Builds what a patch has changed. The compiler's complaint, if it has one. */
  async build(packages: readonly string[]): Promise<string | undefined> {
    const folders = packages.filter((folder) => existsSync(join(this.folder, folder, 'tsconfig.json')));
    if (folders.length === 0) return undefined;
    const options = { cwd: this.folder, withinMs: BUILD_WITHIN_MS };
    const { code, signal, output } = await this.run(['node_modules/typescript/bin/tsc', '-b', ...folders], options);
    if (signal !== null) return `the compiler was ended by ${signal}, after ${BUILD_WITHIN_MS / 1_000} s at the latest`;
    return code === 0 ? undefined : output.trim();
  }

  /** Applies a patch, and builds what it has changed. Throws where either fails. */
  async patch(patchFile: string, packages: readonly string[]): Promise<void> {
    const problem = (await this.apply(patchFile)) ?? (await this.build(packages));
    if (problem !== undefined) throw new Error(`The patch ${basename(patchFile, '.patch')} does not fit: ${problem}`);
  }

  /** Takes all patches back, from the sources and from what was built of them. */
  async restore(): Promise<void> {
    const { code, output } = await this.git('checkout', '--quiet', '--', '.');
    if (code !== 0) throw new Error(`The copy could not be restored: ${output}`);
  }

  /** Runs a script of the copy to its end. What hangs is ended with everything that it has started. */
  run(args: readonly string[], options: Omit<EndOptions, 'signal'> = {}): Promise<Ended> {
    return runToEnd(process.execPath, args, {
      cwd: this.folder,
      detached: true,
      end: endGroup,
      ...options,
      signal: this.#signal,
    });
  }

  /**
   * Runs a tool of the copy that shows what it does, and ends its stack when it is asked to end. Gives the suite that it has written; nothing
   * when it did not come to its end.
   */
  async suiteOf(tool: readonly string[], withinMs: number): Promise<Suite | undefined> {
    const file = join(this.folder, 'suite.json');
    rmSync(file, { force: true });
    const end = (child: ChildProcess) => void child.kill('SIGTERM');
    await this.run([...tool, '--json', file], { withinMs, shown: true, end });
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Suite) : undefined;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #fill(): Promise<void> {
    // The times too: otherwise the compiler takes everything for changed.
    for (const path of [...committedPaths(), ...builtFolders()])
      cpSync(join(projectRoot, path), join(this.folder, path), { recursive: true, preserveTimestamps: true });
    linkPackages(this.folder);
    await this.git('init', '--quiet');
  }

  async #index(...which: string[]): Promise<void> {
    const { code, output } = await this.git('add', '--all', ...which);
    if (code !== 0) throw new Error(`The copy could not be written into its index: ${output}`);
  }

  /** Runs git in the copy, which is a repository. */
  git(...args: string[]): Promise<Ended> {
    // Without the settings of the person and the machine: line endings, hooks.
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    return runToEnd('git', args, { cwd: this.folder, env, withinMs: GIT_WITHIN_MS, signal: this.#signal });
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
