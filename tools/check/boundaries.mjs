// Which file may import which (dependency-cruiser). Every refusal says why, and what to do instead; boundaries.spec.ts shows that each refuses.

import { fileURLToPath } from 'node:url';

const own = '^(apps|libs|tools|examples)/([^/]+)/';

export default {
  forbidden: [
    {
      name: 'nobody-imports-an-app',
      comment:
        'Services share messages, not code: one that is imported can no longer be deployed alone. Send it a command or read its events (libs/contracts).',
      severity: 'error',
      from: { path: own },
      to: { path: '^apps/', pathNot: '^$1/$2/' },
    },
    {
      name: 'libs-only-through-their-index',
      comment:
        "What a lib does not export from its index may change without notice. Export it there, or do without it: import from '@waybill/NAME'.",
      severity: 'error',
      // The bench measures the relay, the publishers and the rest one by one.
      from: { path: own, pathNot: '^tools/bench/src/layers/' },
      to: {
        path: '^(libs|tools)/',
        pathNot: ['^$1/$2/', '^libs/[^/]+/dist/index\\.(js|d\\.ts)$', '^tools/[^/]+/src/index\\.ts$'],
      },
    },
    {
      name: 'broker-clients-only-in-messaging',
      comment:
        'A message that goes out or comes in beside libs/messaging has no outbox, no inbox and no retry. Use tx.send and @Handles.',
      severity: 'error',
      // A spec of a broker's rights must speak to the broker as somebody who does not use the core. The bench compares the core
      // with the bare clients. Two examples show what the core is made of.
      from: {
        pathNot: [
          '^libs/messaging/',
          '^tools/bench/',
          '^examples/(smallest|essay)/',
          '^tools/stack/src/servers/(rabbitmq|kafka)-rights\\.live\\.spec\\.ts$',
        ],
      },
      to: { path: '(^|node_modules/)(amqplib|kafkajs)(/|$)' },
    },
    {
      name: 'feed-only-in-activity',
      comment:
        'The live feed loses what it cannot deliver: nothing that has to arrive may go by it. Tell it what happened by libs/activity, and send messages by tx.send.',
      severity: 'error',
      from: { pathNot: ['^libs/activity/'] },
      to: { path: '(^|node_modules/)zeromq(/|$)' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      comment:
        'Everything depends on the contracts, so they depend on nothing but what a contract is (libs/contract-kit): a change of another lib must not change a message.',
      severity: 'error',
      from: { path: '^libs/(contracts|contract-kit)/' },
      to: { path: '^(apps|libs|tools|examples)/', pathNot: ['^libs/$1/', '^libs/contract-kit/dist/index\\.(js|d\\.ts)$'] },
    },
    {
      name: 'contracts-need-the-schema-library-alone',
      comment: 'A contract is data: zod describes it, and its readers (a generator, another team) need no framework.',
      severity: 'error',
      from: { path: '^libs/(contracts|contract-kit)/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'products-never-import-tools',
      comment: 'tools/ starts, checks and tests what runs; what runs must do without it (an image holds no tools).',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { path: '^tools/' },
    },
    {
      name: 'kit-stands-on-nothing-of-ours',
      comment:
        'Every command stands on tools/kit, also one that looks at broken code or at a stack that does not start. Give it what it needs as an argument.',
      severity: 'error',
      from: { path: '^tools/kit/' },
      to: { path: '^(apps|libs|tools)/', pathNot: '^tools/kit/' },
    },
    {
      name: 'outside-world-belongs-to-nobody',
      comment:
        'apps/outside-world plays the provider and the mail server: if it shared our code, it would share our bugs, and the audit would prove nothing.',
      severity: 'error',
      from: { path: '^apps/outside-world/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/' },
    },
    {
      name: 'identity-shares-nothing',
      comment:
        "apps/identity stands where a company's own issuer will: services know it by its tokens and its keys alone, so it has no code of ours.",
      severity: 'error',
      from: { path: '^apps/identity/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/' },
    },
    {
      name: 'testing-only-in-specs',
      comment: 'libs/testing and jest are not part of what runs: import them in *.spec.ts only.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '^libs/testing/', '^(apps|libs)/[^/]+/test/'] },
      to: { path: ['^libs/testing/', 'node_modules/@jest/'] },
    },
    {
      name: 'decisions-stay-pure',
      comment:
        'A decision is a function of its arguments, tested without Nest and without a database. Let the use case or the reaction load and save.',
      severity: 'error',
      from: { path: '-decisions\\.ts$' },
      to: { path: ['node_modules/(@nestjs|typeorm|pg)/', '^libs/(messaging|service)/', '\\.entity\\.ts$'] },
    },
    {
      name: 'examples-are-copied-alone',
      comment:
        'An example is copied out of this repository, where nothing of ours is: it takes packages that a registry has, or the library that it shows.',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: {
        path: '^(apps|libs|tools|examples)/',
        pathNot: ['^examples/$1/', '^libs/(messaging|contract-kit)/dist/index\\.(js|d\\.ts)$'],
      },
    },
    {
      name: 'no-circles',
      comment:
        'In a circle one module is used before it is there (decorators read it while it loads). Types that go round make two files one to read. Move what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-import-resolves',
      comment:
        'The package is not in the package.json beside it, the file does not exist, or the path goes past a package’s index (or the libs are not built: npm run build).',
      severity: 'error',
      from: {},
      // What begins with `virtual:` is made by the build.mjs of apps/pages.
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['^tools/check/fixtures/'] },
    tsPreCompilationDeps: true, // an import of a type is a dependency too
    tsConfig: { fileName: fileURLToPath(new URL('../../tsconfig.base.json', import.meta.url)) },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
};
