import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

/** kafkajs asks for timers of less than nothing. */
const NO_NOISE = '--disable-warning=TimeoutNegativeWarning';

/** One of the programs as a process of its own, which a run may kill. Each line that it prints says what it believes. */
export class Program {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly ended: Promise<unknown>;
  #lastLineAt = Date.now();

  constructor(file: string, ...args: (string | number)[]) {
    const path = new URL(`${file}.ts`, import.meta.url).pathname;
    this.#process = spawn(process.execPath, [NO_NOISE, path, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.#lines.push(line);
      this.#lastLineAt = Date.now();
    });
    this.ended = once(this.#process, 'close');
    running.add(this);
  }

  /** What it has said in lines that begin with this word, in order. */
  said(word: 'sent' | 'done' | 'waiting'): string[] {
    return this.#lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1));
  }

  async says(word: 'sent' | 'done' | 'waiting', times = 1): Promise<void> {
    await until(`it says "${word}" ${times} times`, () => this.said(word).length >= times);
  }

  /** Resolves when it has done all of these, or has said nothing for `patienceMs`: then nothing more comes. */
  async doesAll(messages: readonly string[], patienceMs: number): Promise<void> {
    await this.says('waiting');
    this.#lastLineAt = Date.now();
    const isOpen = () => {
      const done = new Set(this.said('done'));
      return messages.some((message) => !done.has(message));
    };
    while (Date.now() - this.#lastLineAt < patienceMs && isOpen()) await setTimeout(50);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    running.delete(this);
    this.#process.kill(signal);
    await this.ended;
  }
}

const running = new Set<Program>();

/** A run that fails leaves nobody behind. */
export const endAll = () => Promise.all([...running].map((program) => program.end()));

export async function until(fact: string, probe: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !(await probe()); await setTimeout(20))
    if (Date.now() > end) throw new Error(`Waited 60 s in vain until ${fact}.`);
}
