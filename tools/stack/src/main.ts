import { parseArgs } from 'node:util';
import { down, instanceOf, kill, paths, restart, start, status, stop, up } from './index.ts';
import { helpOf } from './help.ts';
import { showLog } from './logs.ts';
import { elapsedReport } from './report.ts';
import { printStatus } from './print-status.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instance: { type: 'string' },
    only: { type: 'string' },
    purge: { type: 'boolean' },
    json: { type: 'boolean' },
    follow: { type: 'boolean', short: 'f' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [verb = 'help', ...names] = positionals;
const { instance } = values;

/** One name per call, as `docker compose` takes several: each in turn. */
const each = (work: (name: string, instance?: string) => Promise<void>) => async () => {
  if (names.length === 0) throw new Error(`Which one? ${helpOf(verb)}`);
  for (const name of names) await work(name, instance);
};

const verbs: Record<string, () => Promise<void>> = {
  up: async () => {
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
    const only = values.only?.split(',');
    const report = elapsedReport();
    const started = await up({
      report,
      signal: interrupted.signal,
      ...(instance ? { instance } : {}),
      ...(only ? { only } : {}),
    });
    report(started ? 'everything is ready' : 'it is running already');
  },
  down: () => down({ ...(instance ? { instance } : {}), ...(values.purge ? { purge: true } : {}) }),
  status: async () => printStatus(await status(instance), values.json === true),
  logs: async () => {
    if (!names[0]) throw new Error(`Which one? ${helpOf(verb)}`);
    await showLog(paths(instanceOf(instance)).logs, names[0], values.follow === true);
  },
  stop: each(stop),
  kill: each(kill),
  start: each(start),
  restart: each(restart),
  help: async () => console.log(helpOf(names[0])),
};

try {
  const run = verbs[verb];
  if (!run) throw new Error(`There is no "${verb}".\n\n${helpOf()}`);
  if (values.help) console.log(helpOf(verb));
  else await run();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
