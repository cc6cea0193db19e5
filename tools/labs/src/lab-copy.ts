import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PatchedCopy, projectRoot } from '@waybill/kit';
import type { Lab } from './labs.ts';

/** Beside the learner's own clone, which stays as it is. */
export const LABS_FOLDER = join(dirname(projectRoot), 'waybill-labs');

export const patchFile = (name: string): string => join(projectRoot, 'tools/labs/patches', `${name}.patch`);

/** What the learner has done so far. */
interface Notes {
  readonly startedAt: string;
  readonly tries: number;
  readonly hints: number;
}

/**
 * The folder in which a learner works. It is a repository of two commits: Waybill, and the lab's patch on it. So `git diff` shows what
 * the learner has changed, and the way back from the second commit to the first is the solution.
 */
export class LabCopy {
  readonly lab: Lab;
  readonly copy: PatchedCopy;

  private constructor(lab: Lab, copy: PatchedCopy) {
    this.lab = lab;
    this.copy = copy;
  }

  get folder(): string {
    return this.copy.folder;
  }

  static async start(lab: Lab, inFolder: string, signal: AbortSignal): Promise<LabCopy> {
    const folder = join(inFolder, lab.name);
    if (existsSync(folder))
      throw new Error(`${folder} is there already. \`npm run lab -- reset ${lab.name}\` brings the lab back to its beginning.`);
    mkdirSync(inFolder, { recursive: true });
    // Under another name until it is whole: what is broken off half-way is no lab.
    const made = await LabCopy.#make(lab, mkdtempSync(join(inFolder, '.unfinished-')), signal);
    renameSync(made.folder, folder);
    return LabCopy.open(lab, inFolder, signal);
  }

  static async #make(lab: Lab, folder: string, signal: AbortSignal): Promise<LabCopy> {
    try {
      const made = new LabCopy(lab, await PatchedCopy.makeIn(folder, signal));
      await made.#commit('Waybill');
      const problem = await made.copy.apply(patchFile(lab.name));
      if (problem !== undefined) throw new Error(`The patch of the lab does not fit the code of today: ${problem}`);
      await made.#git('add', '--all');
      await made.#commit(lab.name);
      made.note({ startedAt: new Date().toISOString(), tries: 0, hints: 0 });
      return made;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new Error('Another command was building here meanwhile: start the lab once more.', { cause: error });
      throw error;
    }
  }

  /** Takes away whatever is there, and after the last lab the folder of all. */
  static remove(lab: Lab, inFolder: string): void {
    rmSync(join(inFolder, lab.name), { recursive: true, force: true });
    if (inFolder === LABS_FOLDER && existsSync(inFolder) && readdirSync(inFolder).length === 0) rmdirSync(inFolder);
  }

  static open(lab: Lab, inFolder: string, signal: AbortSignal): LabCopy {
    const folder = join(inFolder, lab.name);
    if (!existsSync(join(folder, '.git')))
      throw new Error(`The lab is not started: \`npm run lab -- start ${lab.name}\` makes ${folder}.`);
    return new LabCopy(lab, PatchedCopy.in(folder, signal));
  }

  get notes(): Notes {
    return JSON.parse(readFileSync(this.#notesFile, 'utf8')) as Notes;
  }

  note(change: Partial<Notes>): Notes {
    const notes = existsSync(this.#notesFile) ? { ...this.notes, ...change } : change;
    writeFileSync(this.#notesFile, JSON.stringify(notes));
    return this.notes;
  }

  /** Takes back what the learner has changed; without paths all of it, new files too. */
  async reset(...paths: string[]): Promise<void> {
    await this.#git('checkout', '--quiet', 'HEAD', '--', ...(paths.length > 0 ? paths : ['.']));
    if (paths.length === 0) await this.#git('clean', '--quiet', '--force', '-d');
  }

  /** What the learner has changed, by path. */
  async changed(): Promise<string[]> {
    const { stdout } = await this.#git('status', '--porcelain');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(3));
  }

  /** What leads from the lab's beginning to Waybill as it is. */
  async solution(): Promise<string> {
    return (await this.#git('diff', '--no-color', 'HEAD', 'HEAD~1')).stdout;
  }

  /** Solves the lab: the learner's own changes go. */
  async solve(): Promise<void> {
    await this.reset();
    await this.#git('checkout', '--quiet', 'HEAD~1', '--', '.');
    await this.#git('reset', '--quiet');
  }

  get #notesFile(): string {
    return join(this.folder, '.git/waybill-lab.json');
  }

  async #git(...args: string[]) {
    const ended = await this.copy.git(...args);
    if (ended.code !== 0) throw new Error(`git ${args[0]} failed in ${this.folder}: ${ended.output.trim()}`);
    return ended;
  }

  #commit(message: string) {
    const author = ['-c', 'user.name=Waybill', '-c', 'user.email=labs@waybill.invalid'];
    return this.#git(...author, 'commit', '--quiet', '--message', message);
  }
}
