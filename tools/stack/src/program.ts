/** A tool of the command line. */
interface Program<Options extends { readonly help: boolean }> {
  readonly help: string;
  /** Throws an error with a sentence for the person who typed it. */
  read(args: string[]): Options;
  /** Its exit code. The signal aborts at Ctrl-C, which may come twice, from the terminal and from npm: it ends in order. */
  run(options: Options, signal: AbortSignal): Promise<number>;
}

/** The shell's code for what Ctrl-C has ended. */
const BROKEN_OFF = 130;

/**
 * Runs a tool: one that was called the wrong way says so in a sentence above its help, and ends with 2. What throws because it was
 * broken off is no error.
 */
export async function program<Options extends { readonly help: boolean }>({ help, read, run }: Program<Options>): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));
  let options: Options;
  try {
    options = read(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) console.log(help);
  else
    process.exitCode = await run(options, interrupted.signal).catch((error: unknown) => {
      if (interrupted.signal.aborted) return BROKEN_OFF;
      const sentence = sentenceOf(error);
      if (sentence === undefined) throw error;
      console.error(sentence);
      return 1;
    });
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
