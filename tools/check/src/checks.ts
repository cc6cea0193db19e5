import { createProjectGraphAsync } from '@nx/devkit';
import { apiProblems, documentFile, messagesProblems } from '@waybill/api';
import { alertsShown, boardFiles, PROMETHEUS } from '@waybill/boards';
import { contracts, SERVICES } from '@waybill/contracts';
import { type Tool, TOOLS } from '@waybill/test';
import { GUARANTEES } from '@waybill/without';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { DAMAGES } from '@waybill/demo';
import { projectRoot } from '@waybill/kit';
import { alertProblems } from './alert-rules.ts';
import { boardProblems } from './board-problems.ts';
import type { Check } from './check.ts';
import { commandPasses } from './command-passes.ts';
import { commandBlockProblems } from './command-blocks.ts';
import { composeDrift, missingTexts } from './compose-drift.ts';
import { readComposeFile, withOverrides } from './compose-file.ts';
import { connectionProblems } from './connections-fit.ts';
import { containerProblems, dockerfileProblems, dockerignoreProblems } from './container-rules.ts';
import { brokenSince, goldenAtBase } from './contracts-at-base.ts';
import { derivedPlaces, forgottenIn } from './derived-places.ts';
import { deadLinks } from './dead-links.ts';
import { hiddenArrows } from './hidden-arrows.ts';
import { oneWayLinks } from './lessons-and-labs.ts';
import { lessonProblems } from './lessons.ts';
import { licenceProblems } from './licences.ts';
import { lockProblems, outOfStep, type LockFile, type Manifest } from './lock-problems.ts';
import { machineTraces } from './machine-traces.ts';
import { everySetting, factsOfContainers, listedServices, portsInFiles, PROJECT } from './native-stack.ts';
import { slowPatterns } from './slow-patterns.ts';
import { misplacedQuotes, withLinesOfNow } from './quoted-lines.ts';
import { tagProblems } from './project-tags.ts';
import { servicePlaceProblems } from './service-places.ts';
import { timeoutsInOrder } from './timeouts-in-order.ts';
import { ignoredPaths, trackedFiles, trackedPaths } from './tracked-files.ts';
import { allTranslationProblems } from './translation-in-step.ts';
import { unapplicablePatches } from './unapplicable-patches.ts';
import { unnamedDependencies } from './unnamed-dependencies.ts';
import { unprovedGuarantees } from './unproved-guarantees.ts';

/**
 * Everything that `npm run check` looks at. The slow ones come first, because two run at a time.
 * Each needs the libs to be built (`tools/run.mjs` does that): types and boundaries look at what an import resolves to.
 */
export const checks: readonly Check[] = [
  commandPasses(
    'types',
    'tsc',
    ['-b'],
    ['-p', 'tools/tsconfig.json'],
    ...globSync('{apps/*/test,libs/*/test,examples/*}/tsconfig.json', { cwd: projectRoot }).map((project) => [
      '-p',
      project,
      '--noEmit',
    ]),
  ),
  commandPasses('boundaries', 'depcruise', [
    '--config',
    'tools/check/boundaries.mjs',
    '--output-type',
    'err-long',
    'apps',
    'libs',
    'tools',
    'examples',
  ]),
  commandPasses('dead code', 'knip', ['--no-progress', '--no-config-hints']),
  commandPasses('format', 'prettier', ['--check', '--cache', '--log-level', 'warn', '.']),
  commandPasses('lint', 'oxlint', ['--deny-warnings']),
  {
    name: 'lock file complete',
    problems: async () => {
      const lock = JSON.parse(await readFile(`${projectRoot}/package-lock.json`, 'utf8')) as LockFile;
      const manifests = (await trackedFiles('package.json')).map(({ path, text }) => [
        posix.dirname(path).replace(/^\.$/, ''),
        JSON.parse(text) as Manifest,
      ]);
      return [...lockProblems(lock), ...outOfStep(lock, Object.fromEntries(manifests) as Record<string, Manifest>)];
    },
  },
  {
    name: 'licences',
    problems: async () => licenceProblems(JSON.parse(await readFile(`${projectRoot}/package-lock.json`, 'utf8')) as LockFile),
  },
  {
    name: 'tags of packages',
    problems: async () => {
      const { nodes, dependencies } = await createProjectGraphAsync({ exitOnError: false });
      return tagProblems(
        Object.values(nodes)
          .filter(({ data }) => data.root !== '.')
          .map(({ name, data }) => ({
            name,
            tags: data.tags ?? [],
            dependsOn: (dependencies[name] ?? []).map(({ target }) => target),
          })),
      );
    },
  },
  {
    name: 'no hidden arrows',
    problems: async () => hiddenArrows(await trackedFiles('.ts')),
  },
  {
    name: 'no slow patterns',
    problems: async () =>
      slowPatterns(
        // What meets the outside: a tool reads files of ours.
        (await trackedFiles()).filter(
          ({ path }) =>
            /^infra\/nginx\/.*\.conf$/.test(path) ||
            (/^(apps|libs)\/[\w-]+\/src\/.*\.tsx?$/.test(path) && !/^libs\/testing\/|\.spec\.ts$/.test(path)),
        ),
        {
          'apps/console/src/system/rights.ts': "the brokers' rights, which the contracts give",
          'libs/service/src/unknown-routes.ts': 'the paths of our routes, in which a name stands for one segment',
        },
      ),
  },
  {
    name: 'nothing ignored is tracked',
    problems: async () =>
      (await ignoredPaths()).map((path) => `${path} is tracked, and .gitignore names it: git rm --cached ${path}`),
  },
  {
    name: 'no traces of a machine',
    problems: async () => machineTraces(await trackedFiles(), projectRoot),
  },
  {
    name: 'links in docs',
    problems: async () => {
      const pages = await trackedFiles('.md');
      return [...deadLinks(pages, new Set(await trackedPaths())), ...misplacedQuotes(pages, await trackedFiles())];
    },
    write: async () => {
      const changed = withLinesOfNow(await trackedFiles('.md'), await trackedFiles());
      await Promise.all(changed.map(({ path, text }) => writeFile(`${projectRoot}/${path}`, text)));
      return changed.map(({ path }) => path);
    },
  },
  {
    name: 'commands marked',
    problems: async () => {
      const { scripts } = JSON.parse(await readFile(`${projectRoot}/package.json`, 'utf8')) as {
        scripts: Record<string, string>;
      };
      const files = await trackedFiles();
      return commandBlockProblems(
        files.filter(({ path }) => path.endsWith('.md') && !path.startsWith('tools/generate/template/')),
        {
          scripts: new Set(Object.keys(scripts)),
          suites: Object.fromEntries(Object.entries<Tool>(TOOLS).map(([name, tool]) => [name, tool.run[0]!])),
          files: new Map(files.map(({ path, text }) => [path, text])),
        },
      );
    },
  },
  {
    name: 'lessons whole',
    problems: async () => {
      const pages = (await trackedFiles('.md')).filter(({ path }) => /^docs\/learn\/(labs\/)?[\w-]+\.md$/.test(path));
      const isExercise = ({ path }: { path: string }) => /\/labs\/(?!README)|\/drills\.md$/.test(path);
      const lessons = pages.filter((page) => !isExercise(page) && !/\/(README|talk)\.md$/.test(page.path));
      const problems = lessonProblems(lessons, {
        contents: pages.find(({ path }) => path === 'docs/learn/README.md')?.text ?? '',
        records: [
          ...(await trackedFiles('.txt')).filter(({ path }) => path.startsWith('docs/learn/measured/')),
          ...(await trackedFiles('docs/performance.md')),
          ...(await trackedFiles('docs/which-balancer.md')),
        ],
        guarantees: GUARANTEES.map(({ name }) => name),
        damages: DAMAGES,
      });
      return [...problems, ...oneWayLinks(lessons, pages.filter(isExercise))];
    },
  },
  {
    name: 'translation in step',
    problems: async () => allTranslationProblems(await trackedFiles('.md')),
  },
  {
    name: 'guarantees proved',
    problems: async () => {
      const [page] = await trackedFiles('docs/guarantees.md');
      // What several specs test alike is written once, in libs/testing.
      const specs = (await trackedFiles('.ts')).filter(
        ({ path }) => path.endsWith('.spec.ts') || path.startsWith('libs/testing/'),
      );
      return unprovedGuarantees(page?.text ?? '', specs, await trackedFiles('.patch'));
    },
  },
  {
    name: 'contracts kept',
    problems: async () => {
      const retired = JSON.parse(await readFile(`${projectRoot}/libs/contracts/retired.json`, 'utf8')) as Record<string, string>;
      return brokenSince(await goldenAtBase(), contracts, retired);
    },
  },
  {
    name: 'mutants apply',
    problems: unapplicablePatches,
  },
  {
    name: 'timeouts in order',
    problems: async () => {
      const files = await trackedFiles();
      return timeoutsInOrder(files.find((file) => file.path === 'docs/timeouts.md')?.text ?? '', files);
    },
  },
  {
    name: 'services everywhere',
    problems: async () => [
      ...servicePlaceProblems(await trackedFiles(), listedServices(await readFile(documentFile, 'utf8'))),
      ...forgottenIn(await derivedPlaces(), SERVICES),
    ],
  },
  {
    name: 'connections fit',
    problems: async () => {
      const text = (path: string) => readFile(`${projectRoot}/${path}`, 'utf8');
      const files = {
        pools: await text('libs/service/src/database.ts'),
        rights: await text('infra/postgres/rights.sql'),
        observer: await text('infra/postgres/observer.sql'),
        identity: await text('infra/postgres/identity.sql'),
        configuration: await text('infra/postgres/postgresql.conf'),
      };
      return connectionProblems(files, SERVICES.length);
    },
  },
  {
    name: 'containers',
    problems: async () => {
      const compose = await readFile(`${projectRoot}/docker-compose.yml`, 'utf8');
      const drift = [{}, everySetting].flatMap((settings) =>
        composeDrift(readComposeFile(compose, { ...settings, ...PROJECT }), factsOfContainers(settings)),
      );
      const clear = withOverrides(compose, await readFile(`${projectRoot}/docker-compose.clear.yml`, 'utf8'), PROJECT);
      return [
        ...new Set(drift),
        ...composeDrift(clear, factsOfContainers({ WAYBILL_TLS: 'off' })).map(
          (problem) => `with docker-compose.clear.yml, ${problem}`,
        ),
        ...missingTexts(await trackedFiles(), portsInFiles),
        ...containerProblems(readComposeFile(compose)),
        ...dockerfileProblems(await readFile(`${projectRoot}/Dockerfile`, 'utf8')),
        ...dockerignoreProblems(await readFile(`${projectRoot}/.dockerignore`, 'utf8')),
      ];
    },
  },
  {
    name: 'API described',
    problems: apiProblems,
  },
  {
    name: 'messages described',
    problems: messagesProblems,
  },
  {
    name: 'alerts explained',
    problems: async () => {
      const [rules, tests] = await Promise.all(
        ['rules/alerts.yml', 'tests/alerts.test.yml'].map((file) => readFile(`${projectRoot}/infra/prometheus/${file}`, 'utf8')),
      );
      const pages = (await trackedPaths()).flatMap((path) => /^docs\/runbooks\/(\w+)\.md$/.exec(path)?.[1] ?? []);
      return alertProblems(
        rules!,
        tests!,
        pages.filter((page) => page !== 'README'),
      );
    },
  },
  {
    name: 'boards',
    problems: async () => boardProblems(await trackedFiles(), { files: boardFiles(), source: PROMETHEUS, alerts: alertsShown() }),
  },
  {
    name: 'dependencies named',
    problems: async () => {
      const files = await trackedFiles();
      const page = files.find((file) => file.path === 'docs/dependencies.md');
      return unnamedDependencies(
        files.filter((file) => file.path.endsWith('package.json')),
        page?.text ?? '',
      );
    },
  },
];
