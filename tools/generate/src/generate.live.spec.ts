// A service is generated into a copy of the project, checked, tested and started there. It handles a message of an order, and is
// taken away again. The console says what each part took.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { builtFolders, linkPackages, makePrivateCopy, type PrivateCopy, projectRoot, run, runToEnd } from '@waybill/kit';
import { withoutObservers } from '@waybill/stack';
import { eventually } from '@waybill/testing';
import type { Contract } from '@waybill/contracts';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { knownIn } from './known.ts';
import { layOut } from './lay-out.ts';
import { places } from './places.ts';
import { removeService } from './remove-service.ts';
import { newMessage, reactionTo, readService } from './service-request.ts';
import { writeHandler } from './write-handler.ts';
import { placedService, writeMessage, writeService } from './write-service.ts';

const COURIER = 'service courier --reacts-to order.confirmed.v1 --commands parcel.collect.v1 --emits parcel.delivered.v1'.split(
  ' ',
);
const INSTANCE = 'generated';
const PARTS = [...withoutObservers, 'migrate-courier', 'courier'].join(',');

// Each test builds, or starts a stack, or runs programs by the dozen: a busy machine takes its time.
jest.setTimeout(1_200_000);

let copy: PrivateCopy;
beforeAll(() => {
  copy = makePrivateCopy();
  linkPackages(copy.folder);
  for (const folder of builtFolders()) cpSync(join(projectRoot, folder), join(copy.folder, folder), { recursive: true });
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=spec', '-c', 'user.email=spec@example.com', 'commit', '--quiet', '--message', 'as it was');
});
afterAll(async () => {
  await stack('down', '--purge');
  copy.remove();
});

const git = (...args: string[]) => execFileSync('git', args, { cwd: copy.folder, encoding: 'utf8' });
const node = (args: readonly string[], cwd = copy.folder) => run(process.execPath, args, { cwd, withErrors: true });
const generate = (...args: string[]) => node(['tools/generate/src/main.ts', ...args]);
const stack = (verb: string, ...args: string[]) => node(['tools/stack/src/main.ts', verb, '--instance', INSTANCE, ...args]);
const bin = (path: string, ...args: string[]) => node([`node_modules/${path}`, ...args]);
const statusOfFiles = () => git('status', '--porcelain', '--untracked-files=all');

/** What these checks find in the copy. */
async function problems(...checks: string[]): Promise<string[]> {
  const file = join(copy.folder, 'node_modules/problems.json');
  const args = ['tools/check/src/main.ts', '--json', file, ...checks.flatMap((name) => ['--only', name])];
  const { output } = await runToEnd(process.execPath, args, { cwd: copy.folder });
  if (!existsSync(file)) return [output];
  const { details } = JSON.parse(readFileSync(file, 'utf8')) as { details: { problems: string[] }[] };
  rmSync(file);
  return details.flatMap((check) => check.problems);
}

const started = { command: 0 };
const say = (what: string, since: number) => console.log(`${what}: ${((performance.now() - since) / 1000).toFixed(1)} s`);

/** Services that have not all that a service can have. They stand beside it, so that one build is for all. */
const OTHERS = [
  { name: 'loyalty', reactsTo: ['order.confirmed.v1', 'order.cancelled.v1'], emits: 'account.credited.v1' },
  { name: 'returns', reactsTo: ['payment.refunded.v1'], commands: 'invoice.hand-over.v2' },
  { name: 'archive', reactsTo: ['order.placed.v2'] },
];

/** Changes the files of the copy as the program does, and builds nothing. */
async function inFiles(work: (tree: FsTree) => void | Promise<void>): Promise<void> {
  const tree = new FsTree(copy.folder, false);
  await work(tree);
  await layOut(tree);
  flushChanges(copy.folder, tree.listChanges());
}

const writeOthers = () =>
  inFiles((tree) => {
    const known = knownIn(tree);
    for (const request of OTHERS) {
      const service = readService(request, known);
      writeService(tree, service, placedService(tree, service));
    }
    const cancelled = reactionTo('order.cancelled.v1', known);
    writeHandler(tree, 'archive', cancelled, undefined, known.contracts);
    writeHandler(tree, 'returns', cancelled, 'recall', known.contracts);
    writeMessage(tree, 'returns', newMessage('invoice.lost.v1', 'returns', known), undefined);
    writeMessage(tree, 'returns', newMessage('invoice.check.v1', 'returns', known), ['archive', 'order']);
  });

const removeOthers = () =>
  inFiles(async (tree) => {
    // As they are built in the copy.
    const { contracts } = (await import(join(copy.folder, 'libs/contracts/dist/index.js'))) as { contracts: readonly Contract[] };
    for (const { name } of OTHERS) expect(removeService(tree, name, contracts)).toEqual([]);
  });

test('one command writes the service, and a second one finds nothing to do', async () => {
  const dry = await generate(...COURIER, '--dry-run');
  expect(dry).toMatch(/create apps\/courier\/src\/main\.ts/);
  expect(statusOfFiles()).toBe('');

  await writeOthers();
  started.command = performance.now();
  await generate(...COURIER);
  say('the service is written, built and described', started.command);
  const written = statusOfFiles();
  expect(await generate(...COURIER)).toMatch(/nothing to do/);
  expect(statusOfFiles()).toBe(written);
});

test('it handles a message of an order, and its row is there', async () => {
  await stack('up', '--only', PARTS);
  const { urls } = JSON.parse(await stack('status', '--json')) as { urls: { edge: string } };
  const token = async (who: string) => (await node(['tools/sign-in/src/main.ts', who, '--instance', INSTANCE])).trim();
  const authorization = `Bearer ${await token('customer')}`;
  const placed = await fetch(`${urls.edge}/api/orders`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ currency: 'EUR', lines: [{ sku: 'mug-enamel', quantity: 1 }], paymentMethod: 'pm_ok' }),
  });
  expect(placed.status).toBe(202);
  const { id } = (await placed.json()) as { id: string };
  const machine = { authorization: `Bearer ${await token('machine')}` };
  await eventually(
    'the order has a parcel, and it is created',
    async () => {
      const answer = await fetch(`${urls.edge}/api/parcels?orderId=${id}`, { headers: machine });
      const [parcel] = (await answer.json()) as { status: string }[];
      return parcel?.status === 'delivered';
    },
    { timeoutMs: 60_000 },
  );
  say('from the command to the handled message', started.command);
  await stack('down', '--purge');
});

test('the checks find nothing, and its specs pass, those on real servers too', async () => {
  const folders = ['courier', ...OTHERS.map(({ name }) => name)].map((name) => `apps/${name}`);
  const paths = statusOfFiles()
    .split('\n')
    .flatMap((line) => line.slice(3) || []);
  const unquoted = paths.map((path) => path.replaceAll('"', ''));
  expect(
    unquoted
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(copy.folder, path), 'utf8'))
      .join('\n'),
  ).not.toMatch(/todo|fixme/i);
  await bin('prettier/bin/prettier.cjs', '--check', '--ignore-unknown', ...unquoted);
  await bin('oxlint/bin/oxlint', '--deny-warnings');
  for (const folder of folders) await bin('typescript/bin/tsc', '-p', `${folder}/test/tsconfig.json`);
  await bin(
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    'tools/check/boundaries.mjs',
    '--output-type',
    'err-long',
    ...folders,
    'libs/contracts',
  );
  expect(
    await problems(
      ...['services everywhere', 'containers', 'lock file complete', 'tags of packages', 'translation in step', 'links in docs'],
      ...[
        'mutants apply',
        'connections fit',
        'messages described',
        'API described',
        'alerts explained',
        'boards',
        'no slow patterns',
      ],
    ),
  ).toEqual([]);
  for (const folder of [...folders, 'libs/contracts']) await node(['../../tools/jest.mjs'], join(copy.folder, folder));
  for (const folder of ['apps/courier', 'apps/loyalty'])
    await node(['../../tools/jest.mjs', '--live'], join(copy.folder, folder));
});

test('it is missed in each file that forgets it', async () => {
  const files = [...new Set(places.map(({ file }) => file))].filter(
    (file) => !/\.ts$|clear|zh-CN|requests|nginx\.conf/.test(file),
  );
  const texts = files.map((file) => [file, readFileSync(join(copy.folder, file), 'utf8')] as const);
  for (const [file] of texts) writeFileSync(join(copy.folder, file), git('show', `HEAD:${file}`));
  const found = await problems('services everywhere');
  for (const [file, text] of texts) writeFileSync(join(copy.folder, file), text);
  const told = found.flatMap((problem) => /^courier: (\S+) lacks /.exec(problem)?.[1] ?? []);
  expect(files.filter((file) => !told.includes(file))).toEqual([]);
});

test('it is missed in code that lists the services by hand', async () => {
  const code = [
    'tools/stack/src/verbs/restart-rolling.ts',
    'tools/stack/src/servers/haproxy.ts',
    'tools/demo/src/read-evidence.ts',
  ];
  const texts = code.map((file) => [file, readFileSync(join(copy.folder, file), 'utf8')] as const);
  for (const [file, text] of texts) {
    const byHand = text.replace(/SERVICES(?=[.\])])/, `(['order', 'payment', 'notification'] as const)`);
    expect(byHand).not.toBe(text);
    writeFileSync(join(copy.folder, file), byHand);
  }
  const found = await problems('services everywhere');
  for (const [file, text] of texts) writeFileSync(join(copy.folder, file), text);
  expect(found.filter((problem) => problem.startsWith('courier: '))).toEqual([
    "courier: the native stack's HAProxy leaves it out: does it read the list of services?",
    'courier: `restart --rolling` without names leaves it out: does it read the list of services?',
    "courier: the demo's audit leaves it out: does it read the list of services?",
  ]);
});

test('it is taken away again, and nothing of it is left', async () => {
  await removeOthers();
  await generate('remove', 'service', 'courier');
  expect(statusOfFiles()).toBe('');
  expect(
    await runToEnd(process.execPath, ['tools/generate/src/main.ts', 'remove', 'service', 'order'], { cwd: copy.folder }),
  ).toMatchObject({
    code: 1,
    output: expect.stringContaining('order is needed: notification handles order.placed.v1'),
  });
});
