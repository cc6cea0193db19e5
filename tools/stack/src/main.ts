import { parseArgs } from 'node:util';
import { projectOf } from '@waybill/containers';
import { elapsedReport, wholeNumber } from '@waybill/kit';
import {
  containerOverview,
  down,
  instanceOf,
  kill,
  overviewOf,
  reload,
  restart,
  restartRolling,
  resume,
  start,
  status,
  stop,
  suspend,
  up,
} from './index.ts';
import { helpOf } from './verbs/help.ts';
import { showLog } from './verbs/logs.ts';
import { printProcesses, printStatus } from './verbs/print-status.ts';

const options = {
  instance: { type: 'string' },
  only: { type: 'string' },
  with: { type: 'string' },
  'break-it': { type: 'boolean' },
  rolling: { type: 'boolean' },
  purge: { type: 'boolean' },
  json: { type: 'boolean' },
  processes: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  service: { type: 'string' },
  reason: { type: 'string' },
  waiting: { type: 'boolean' },
  after: { type: 'string' },
  limit: { type: 'string' },
  like: { type: 'string' },
  'per-second': { type: 'string' },
  seconds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const { values, positionals } = parseOrExit();
const [verb = 'help', ...names] = positionals;
const { instance } = values;
const json = values.json === true;
const chosen = { ...(instance ? { instance } : {}) };

/** One name per call, as `docker compose` takes several: each in turn, and what became of it. */
const each = (work: (name: string, instance?: string) => Promise<string>) => async () => {
  if (names.length === 0) throw new Error(`Which one? ${helpOf(verb)}`);
  for (const name of names) console.log(await work(name, instance));
};

const verbs: Record<string, () => Promise<void>> = {
  up: bringUp,
  down: () => down({ ...chosen, ...(values.purge ? { purge: true } : {}) }),
  status: async () => {
    const found = values.with === 'docker' ? await containerOverview(projectOf(instance)) : overviewOf(await status(instance));
    if (json) console.log(JSON.stringify(found, null, 2));
    else if (values.processes) printProcesses(found);
    else await printStatus(found);
  },
  logs: async () => {
    if (!names[0]) throw new Error(`Which one? ${helpOf(verb)}`);
    await showLog(instanceOf(instance).paths.logs, names[0], values.follow === true);
  },
  stop: each(stop),
  kill: each(kill),
  suspend: each(suspend),
  resume: each(resume),
  start: each(start),
  restart: () => (values.rolling ? restartRolling(names, chosen) : each(restart)()),
  reload: each(reload),
  deploy: async () => {
    await (await import('./verbs/deploy.ts')).deploy(instance);
    console.log('Tables, users, rights, queues and topics are as the code says.');
  },
  'rotate-signing-key': async () => (await import('./verbs/rotate-signing-key.ts')).rotateSigningKey(instance),
  certificates: async () => {
    const verb = await import('./verbs/certificates.ts');
    if (names.length === 0) await verb.certificates(instance);
    else if (names.join() !== 'rotate') throw new Error(helpOf('certificates'));
    else if (values.with === 'docker') await verb.rotateInContainers(projectOf(instance));
    else await verb.rotateCertificates({ instance });
  },
  secrets: async () => {
    const verb = await import('./verbs/secrets.ts');
    const where = values.with === 'docker' ? { project: projectOf(instance) } : { instance };
    if (names.length === 0) await verb.secrets(where);
    else if (names[0] === 'rotate') await verb.rotateSecrets(names.slice(1), where);
    else throw new Error(helpOf('secrets'));
  },
  // Loaded when they are asked for: what the others start with stays small.
  psql: async () => (await import('./verbs/psql.ts')).psql(names[0], names.slice(1).join(' '), { ...chosen, json }),
  queues: async () => (await import('./verbs/queues.ts')).queues({ ...chosen, json }),
  topics: async () => (await import('./verbs/topics.ts')).topics({ ...chosen, json }),
  wire: async () => {
    const seconds = wholeNumber('--seconds', values.seconds ?? '30', 3_600);
    await (await import('./verbs/wire.ts')).wire({ ...chosen, seconds, json });
  },
  'dead-letters': async () => {
    await (await import('./verbs/dead-letters.ts')).deadLetterCommand(names, { ...values, json });
  },
  'outside-world': async () => (await import('./verbs/outside-world.ts')).outsideWorld(names, values),
  'erase-customer': async () => {
    const { eraseCustomer } = await import('./verbs/erase-customer.ts');
    await eraseCustomer(names[0], { instance, inContainers: values.with === 'docker' });
  },
  dev: async () => (await import('./verbs/dev.ts')).dev(names[0], instance),
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

async function bringUp(): Promise<void> {
  const report = elapsedReport();
  const interrupted = new AbortController();
  // Ctrl-C may come twice, from the terminal and from npm; the second must not end this process before the clean stop has.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!interrupted.signal.aborted) report(`${signal}: ending what was started`);
      interrupted.abort(new Error('It was broken off, and nothing of it is left.'));
    });
  const only = values.only?.split(',');
  const added = values.with?.split(',');
  try {
    const started = await up({
      report,
      signal: interrupted.signal,
      ...chosen,
      ...(values['break-it'] ? { breakIt: true } : {}),
      ...(only ? { only } : {}),
      ...(added ? { with: added } : {}),
    });
    report(started ? 'everything is ready' : 'it is running already');
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error((error as Error).message);
    // A download may still be under way, and would hold this process up.
    process.exit(130);
  }
}

/** An option that does not exist gets a sentence instead of a stack. */
function parseOrExit() {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    console.error(`${(error as Error).message}\n\`npm run stack -- help\` tells what there is.`);
    process.exit(1);
  }
}
