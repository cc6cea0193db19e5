import { writeFileSync } from 'node:fs';
import { broken, type Suite, type Verdict } from './suite.ts';

/** A tool of the command line. */
interface Program<Options> {
  /** Of its suite. */
  readonly name: string;
  readonly help: string;
  /** Throws an error with a sentence for the person who typed it. */
  read(args: string[]): Options;
  /**
   * Its exit code, or what its tests came to. The signal aborts at Ctrl-C, which may come twice, from the terminal and from npm: it
   * ends in order.
   */
  run(options: Options, signal: AbortSignal): Promise<number | Verdict>;
}

/** The shell's code for what Ctrl-C has ended. */
const BROKEN_OFF = 130;

/**
 * Runs a tool: one that was called the wrong way says so in a sentence above its help, and ends with 2. What throws because it was
 * broken off is no error. With an option `json`, its suite is written there, also when it breaks.
 */
export async function program<Options extends { readonly json?: string | undefined } | object>({
  name,
  help,
  read,
  run,
}: Program<Options>): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return console.log(help);
  let options: Options;
  try {
    options = read(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const write = (suite: Suite) => {
    if ('json' in options && options.json !== undefined) writeFileSync(options.json, JSON.stringify(suite, null, 2));
  };
  try {
    const found = await run(options, interrupted.signal);
    if (typeof found !== 'number') write({ name, skipped: 0, ...found, seconds: seconds() });
    process.exitCode = typeof found === 'number' ? found : found.failed === 0 && found.passed > 0 ? 0 : 1;
  } catch (error) {
    process.exitCode = interrupted.signal.aborted ? BROKEN_OFF : 1;
    if (interrupted.signal.aborted) return;
    const sentence = sentenceOf(error);
    write(broken(name, sentence ?? String(error), seconds()));
    if (sentence === undefined) throw error;
    console.error(sentence);
  }
}

/** What a person is told of an error. A mistake in our own code has no sentence, and is best told with its stack. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return sentenceOf(error.errors[0]);
  const isMistake =
    !(error instanceof Error) || [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  // fetch says "fetch failed", and the reason in its cause.
  if (isMistake) return error instanceof TypeError && error.cause instanceof Error ? sentenceOf(error.cause) : undefined;
  return error.message || undefined;
}
