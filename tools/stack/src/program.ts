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
      if (!interrupted.signal.aborted) throw error;
      return BROKEN_OFF;
    });
}
