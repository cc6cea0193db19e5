import { program } from '@waybill/kit';
import { chooseSystem } from './choose-system.ts';
import { demo } from './demo.ts';
import { HELP } from './help.ts';
import { readOptions, type Options } from './options.ts';
import { reAudit } from './re-audit.ts';

await program({ name: 'demo', help: HELP, read: readOptions, run: demoOrAudit });

async function demoOrAudit(options: Options, signal: AbortSignal): Promise<number> {
  if (options.command === 'help') {
    console.log(HELP);
    return 0;
  }
  try {
    const system = chooseSystem(options);
    return options.command === 'audit' ? await reAudit(system, options) : await demo(system, options, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    console.error(`\n${(error as Error).message}`);
    return 1;
  }
}
