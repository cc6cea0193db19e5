// The commands of the documents, run as they stand: `npm run commands`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { committedPaths, elapsedReport, program, projectRoot, run, type Verdict, verdictOn } from '@waybill/kit';
import { down, instanceOf, status, up } from '@waybill/stack';
import { adapted, type Here } from './adapted.ts';
import { blocksIn, commandsOf } from './blocks.ts';
import { type Ran, session, type Step } from './session.ts';

const HELP = `npm run commands [-- --instance NAME] [--only PATH] [--keep] [--json FILE]
Runs each command of README and docs whose block is marked "run", on a system of its own. Each document is one shell: what one
command sets, the next one has. A command is a test: it must end, with 0. One that stands in several documents runs once.
  --instance NAME  the instance to use (commands)
  --only PATH      only the documents whose path has this
  --keep           leave the system running, and use one that runs
  --json FILE      the result for machines`;

/** Dead letters that the acts of the documents are done on. */
const LETTERS = 20;
const LETTER = /^[a-z-]+\/\d+\b/gm;

await program({ name: 'commands', help: HELP, read: readOptions, run: runAll });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: 'commands' },
      only: { type: 'string', default: '' },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  return values;
}

async function runAll({ instance, only, keep }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<Verdict> {
  const documents = documentsWithCommands().filter(({ path }) => path.includes(only));
  if (documents.length === 0) throw new Error(`No document with a command to run has "${only}" in its path.`);
  try {
    await up({ instance, with: ['haproxy'], signal, report: elapsedReport() });
    const here = await hereOf(instance);
    const done = new Set<string>();
    const results: Ran[] = [];
    for (const { path, steps } of documents) {
      signal.throwIfAborted();
      // What sets a variable is done for each document, and what only asks once for all.
      const fresh = steps.filter(({ command }) => command.includes('$') || /^[A-Z]+=/.test(command) || !done.has(command));
      for (const { command } of fresh) done.add(command);
      const started = performance.now();
      const ran = await session(
        fresh.map((step) => ({ ...step, command: adapted(step.command, here) })),
        projectRoot,
      );
      const bad = ran.filter(({ problem }) => problem !== undefined);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      console.log(`${bad.length === 0 ? 'ok    ' : 'FAILED'} ${path}: ${ran.length} commands, ${seconds} s`);
      for (const { where, command, problem } of bad) console.log(`       ${where}: ${command}\n       ${problem}`);
      results.push(...ran);
    }
    const problemOf = ({ where, problem }: Ran) => problem && `${where} ${problem}`;
    return verdictOn(results, problemOf, {
      note: `${results.length} commands of ${documents.length} documents`,
      details: results,
    });
  } finally {
    if (!keep) await down({ instance, purge: true });
  }
}

function documentsWithCommands(): { readonly path: string; readonly steps: readonly Step[] }[] {
  return committedPaths()
    .filter((path) => path.endsWith('.md'))
    .map((path) => {
      const blocks = blocksIn({ path, text: readFileSync(join(projectRoot, path), 'utf8') });
      const steps = blocks
        .filter(({ mark }) => mark?.kind === 'run')
        .flatMap((block) => commandsOf(block).map((command) => ({ where: `${path}:${block.line}`, command })));
      return { path, steps };
    })
    .filter(({ steps }) => steps.length > 0);
}

/** What the documents name, on this instance: addresses, an order that is confirmed, its trace, and dead letters. */
async function hereOf(instance: string): Promise<Here> {
  const { urls, services } = await status(instance);
  const port = (unit: string, name: string) => services.find((one) => one.name === unit)?.ports[name];
  const node = process.execPath;
  const stack = (...args: readonly string[]) =>
    run(node, ['tools/stack/src/main.ts', ...args, '--instance', instance], { cwd: projectRoot });
  const token = await run(node, ['tools/sign-in/src/main.ts', 'customer', '--instance', instance], { cwd: projectRoot });
  const answer = await fetch(`${urls['edge']}/api/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token.trim()}`,
      'content-type': 'application/json',
      'idempotency-key': 'of-the-commands',
    },
    body: JSON.stringify({ currency: 'EUR', lines: [{ sku: 'mug-enamel', quantity: 1 }], paymentMethod: 'pm_ok' }),
  });
  const { id } = (await answer.json()) as { id: string };
  await stack('dead-letters', 'make', String(LETTERS));
  let letters: string[];
  // They go by the broker.
  do letters = (await stack('dead-letters', 'list', '--limit', String(LETTERS))).match(LETTER) ?? [];
  while (letters.length < LETTERS);
  const folder = instanceOf(instance).dir;
  return {
    instance,
    node,
    folder,
    order: id,
    trace: traceIn(join(folder, 'logs')),
    letters,
    addresses: {
      'http://127.0.0.1:8080': urls['edge']!,
      'http://127.0.0.1:8081': urls['operations']!,
      'https://127.0.0.1:8443': `https://127.0.0.1:${port('nginx', 'https')}`,
      'http://127.0.0.1:8082': `http://127.0.0.1:${port('haproxy', 'edge')}`,
    },
  };
}

function traceIn(logs: string): string {
  for (const name of readdirSync(logs)) {
    const [, trace] = /"trace[._]?id":"([0-9a-f]{32})"/i.exec(readFileSync(join(logs, name), 'utf8')) ?? [];
    if (trace) return trace;
  }
  throw new Error(`No log in ${logs} names a trace.`);
}
