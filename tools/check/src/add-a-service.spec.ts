import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { linkPackages, makePrivateCopy, type PrivateCopy, projectRoot } from '@waybill/kit';
import { servicePlaceProblems } from './service-places.ts';

// Does to a copy of the project what docs/how-to/add-a-service.md says, and asks the check there what is missing.
const page = readFileSync(`${projectRoot}/docs/how-to/add-a-service.md`, 'utf8');
const [, byName = '', byCopying = '', byHand = ''] = page.split(/^## \d\. .*$/m);

let copy: PrivateCopy;
beforeAll(() => {
  copy = makePrivateCopy();
  linkPackages(copy.folder);
  for (const name of readdirSync(`${projectRoot}/libs`))
    cpSync(`${projectRoot}/libs/${name}/dist`, join(copy.folder, 'libs', name, 'dist'), { recursive: true });
  // The check looks at what a commit would hold.
  execFileSync('git', ['init', '--quiet'], { cwd: copy.folder });
}, 60_000);
afterAll(() => copy.remove());

const read = (path: string) => readFileSync(join(copy.folder, path), 'utf8');
function change(path: string, how: (text: string) => string) {
  const text = read(path);
  const changed = how(text);
  expect({ path, changed: changed !== text }).toEqual({ path, changed: true });
  writeFileSync(join(copy.folder, path), changed);
  return () => writeFileSync(join(copy.folder, path), text);
}

/** What the check says in the copy. */
function problems(...checks: string[]): string[] {
  const file = join(copy.folder, 'problems.json');
  const args = ['tools/check/src/main.ts', '--json', file, ...checks.flatMap((name) => ['--only', name])];
  const { stderr } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: 'utf8' });
  if (stderr.includes('Error')) return [stderr];
  return (JSON.parse(readFileSync(file, 'utf8')) as { details: { problems: string[] }[] }).details.flatMap(
    ({ problems: found }) => found,
  );
}

/** The blocks of code of step 1, by the file that the words before each of them link to. */
const blocks = new Map(
  [...byName.matchAll(/\]\(\.\.\/\.\.\/([^)]+)\)[^`]*```ts\n([\s\S]*?)```/g)].map(([, path, code]) => [path!, code!]),
);
const block = (path: string) => blocks.get(path) ?? `step 1 has no code for ${path}`;

/** The files of step 3. */
const files = [...byHand.matchAll(/^\| .*$/gm)].flatMap(([row]) =>
  [...row.matchAll(/\]\(\.\.\/\.\.\/([^)]+)\)/g)].map(([, path]) => path!),
);

function nameIt() {
  change('libs/contracts/src/contract.ts', (text) =>
    text.replace(/^export const SERVICES = .*\n/m, block('libs/contracts/src/contract.ts')),
  );
  change('libs/contracts/src/order.ts', (text) =>
    text.replace(/ {2}type: 'order\.confirmed\.v1',\n([\s\S]*?) {2}handledBy: .*\n/, (_, between: string) => {
      const [type, handledBy] = block('libs/contracts/src/order.ts').split(/(?<=\n)/);
      return `${type}${between}${handledBy}`;
    }),
  );
  change('tools/stack/src/service-facts.ts', (text) =>
    text.replace(/^ {2}notification: .*\n/m, (line) => line + block('tools/stack/src/service-facts.ts')),
  );
  for (const name of ['contract', 'order'])
    writeFileSync(
      join(copy.folder, `libs/contracts/dist/${name}.js`),
      stripTypeScriptTypes(read(`libs/contracts/src/${name}.ts`)),
    );
}

const renamed = (text: string) =>
  text
    .replaceAll('notification', 'loyalty')
    .replaceAll('NOTIFICATION', 'LOYALTY')
    .replaceAll('2813', '2814')
    .replaceAll('9231', '9233');

/** What stands there for notification, once more for loyalty: each paragraph that is its own, and each line in those of all. */
const beside = (text: string): string =>
  text
    .split('\n\n')
    .map((paragraph) => {
      const first = paragraph.split('\n').find((line) => !/^\s*#/.test(line)) ?? '';
      if (
        /^\s*(upstream |backend |migrate-|- job_name: |location ~ \^\/\()?notification(-unchecked|-\\d\+.*)?(:| \{|$)/.test(first)
      )
        return `${paragraph}\n\n${renamed(paragraph)}`;
      const lines = paragraph.split('\n');
      return lines.flatMap((line) => (/notification/i.test(line) ? [line, renamed(line)] : [line])).join('\n');
    })
    .join('\n\n');

/** The same where the blocks are those of JSON. */
const besideInJson = (text: string): string =>
  text.replaceAll(
    /( *)\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*notification(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g,
    (entry) => `${entry},\n${renamed(entry)}`,
  );

const after = (line: string | RegExp, added: string) => (text: string) => text.replace(line, (found) => found + added);

/** How a person does what the page says of each file. */
const steps: Readonly<Record<string, (text: string) => string>> = {
  'tsconfig.json': after(/"path": "apps\/notification"\n.*\},/, '\n    { "path": "apps/loyalty" },'),
  'docker-compose.yml': (text) =>
    beside(text).replace(/\n {2}loyalty:\n[\s\S]*?\n\n/, (service) =>
      service.replaceAll(/ {6}SMTP_.*\n/g, '').replace('data, outside]', 'data]'),
    ),
  'docker-compose.clear.yml': beside,
  'infra/nginx/container.conf.template': beside,
  'infra/haproxy/container.cfg': beside,
  'infra/prometheus/prometheus.yml': beside,
  'infra/prometheus/rules/alerts.yml': beside,
  'infra/prometheus/tests/alerts.test.yml': after(
    /.*'up\{job="services",service="order",instance="order-1"\}', values: '1x24'.*\n/,
    `      - { series: 'up{job="services",service="loyalty",instance="loyalty-1"}', values: '1x24' }\n`,
  ),
  '.env.example': beside,
  '.vscode/launch.json': besideInJson,
  '.vscode/tasks.json': besideInJson,
  'README.md': after('[`notification`](apps/notification/src)', ', [`loyalty`](apps/loyalty/src)'),
  'infra/nginx/public.conf': after(
    /^location = \/api\/notifications .*\n/m,
    'location = /api/points { proxy_pass $to_service://loyalty; }\n',
  ),
  'infra/haproxy/haproxy.cfg': after(
    /.*str\(notification\) if.*\n/,
    '  http-request set-var(txn.service) str(loyalty) if { path /api/points }\n',
  ),
};

/** The files of step 3 that only a service with routes is asked for. */
const OF_ROUTES = ['infra/nginx/public.conf', 'infra/haproxy/haproxy.cfg'];

describe('a service that is added by the page', () => {
  it('is missed until the tools know what its name does not tell', () => {
    const takeBack = change('libs/contracts/dist/contract.js', (text) =>
      text.replace(`'notification']`, `'notification', 'loyalty']`),
    );
    expect(problems('services everywhere').join()).toContain(
      'libs/contracts has the service loyalty: tools/stack/src/service-facts.ts needs an entry for it.',
    );
    takeBack();
  });

  it('is then everywhere in the code, and each other file is told to lack it', () => {
    nameIt();
    const found = problems('services everywhere');
    // It is made from one of the other files.
    const prometheus = "loyalty: the native stack's Prometheus leaves it out: does it read the list of services?";
    expect(found.filter((problem) => problem.includes('leaves it out'))).toEqual([prometheus]);
    const told = found.flatMap((problem) => /^loyalty: (\S+) lacks /.exec(problem)?.[1] ?? []);
    expect([...new Set(told)].toSorted()).toEqual(files.filter((file) => !OF_ROUTES.includes(file)).toSorted());
    expect(found).toContain('loyalty: there is no apps/loyalty/src/main.ts, so the stack has nothing to start');
  });

  it('is everywhere when every step is done', () => {
    execFileSync('sh', ['-ec', /```\n([\s\S]*?)```/.exec(byCopying)![1]!], { cwd: copy.folder });
    // What `npm run openapi` would write.
    change('infra/nginx/docs/openapi.json', (text) => {
      const document = JSON.parse(text) as { paths: object };
      return JSON.stringify({ ...document, paths: { ...document.paths, '/api/points': { get: { tags: ['loyalty'] } } } });
    });
    expect(files.toSorted()).toEqual(Object.keys(steps).toSorted());
    for (const file of files) change(file, steps[file]!);
    expect(problems('services everywhere', 'containers')).toEqual([]);
  });

  it('is missed in each file that forgets it', () => {
    for (const file of files) {
      const takeBack = change(file, () => readFileSync(`${projectRoot}/${file}`, 'utf8'));
      const texts = files.map((path) => ({ path, text: read(path) }));
      const loyalty = { name: 'loyalty', port: 28140, debugPort: 9233, routes: ['/api/points'] };
      expect(servicePlaceProblems(texts, [loyalty])).toContainEqual(expect.stringContaining(`loyalty: ${file} lacks`));
      takeBack();
    }
  });

  it('is missed in code that lists the services by hand again', () => {
    const byHandAgain = (text: string) => text.replace(/SERVICES(?=[.\])])/, `(['order', 'payment', 'notification'] as const)`);
    const code = [
      'tools/stack/src/verbs/restart-rolling.ts',
      'tools/stack/src/servers/haproxy.ts',
      'tools/demo/src/read-evidence.ts',
    ];
    const takeBack = code.map((file) => change(file, byHandAgain));
    expect(problems('services everywhere')).toEqual([
      "loyalty: the native stack's HAProxy leaves it out: does it read the list of services?",
      'loyalty: `restart --rolling` without names leaves it out: does it read the list of services?',
      "loyalty: the demo's audit leaves it out: does it read the list of services?",
    ]);
    for (const each of takeBack) each();
  });
});
