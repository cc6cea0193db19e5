import { chooseSystem } from './choose-system.ts';
import { demo } from './demo.ts';
import { HELP } from './help.ts';
import { readOptions, type Options } from './options.ts';
import { reAudit } from './re-audit.ts';

const INTERRUPTED = 130;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.command === 'help') {
    console.log(HELP);
    return 0;
  }
  try {
    const system = chooseSystem(options);
    return options.command === 'audit' ? await reAudit(system) : await demo(system, options, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return INTERRUPTED;
    console.error(`\n${(error as Error).message}`);
    return 1;
  }
}
