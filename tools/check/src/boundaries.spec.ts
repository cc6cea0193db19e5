import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** For each rule of boundaries.mjs the file under fixtures/boundaries that breaks it. */
const breaks: Record<string, string> = {
  'nobody-imports-an-app': 'apps/order/src/imports-an-app.ts',
  'libs-only-through-their-index': 'apps/order/src/goes-past-an-index.ts',
  'broker-clients-only-in-messaging': 'apps/order/src/speaks-to-a-broker.ts',
  'feed-only-in-activity': 'apps/order/src/tells-by-itself.ts',
  'contracts-import-nothing-of-ours': 'libs/contracts/src/imports-a-lib.ts',
  'contracts-need-the-schema-library-alone': 'libs/contracts/src/needs-a-framework.ts',
  'products-never-import-tools': 'libs/messaging/src/needs-a-tool.ts',
  'kit-stands-on-nothing-of-ours': 'tools/kit/src/needs-the-stack.ts',
  'outside-world-belongs-to-nobody': 'apps/outside-world/src/shares-code.ts',
  'identity-shares-nothing': 'apps/identity/src/shares-code.ts',
  'testing-only-in-specs': 'apps/order/src/tests-in-production.ts',
  'decisions-stay-pure': 'apps/order/src/order-decisions.ts',
  'examples-are-copied-alone': 'examples/smallest/src/needs-the-kit.ts',
  'no-circles': 'apps/order/src/half-a-circle.ts',
  'every-import-resolves': 'apps/order/src/leads-nowhere.ts',
};

interface Cruise {
  readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  readonly ruleSetUsed: {
    readonly forbidden: readonly { readonly name: string; readonly comment: string; readonly severity: string }[];
  };
}

let cruise: Cruise;
beforeAll(() => {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const argv = [
    file('../../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
    '--config',
    file('../boundaries.mjs'),
    '--output-type',
    'json',
  ];
  const json = execFileSync(process.execPath, [...argv, 'apps', 'libs', 'tools', 'examples'], {
    cwd: file('../fixtures/boundaries'),
    encoding: 'utf8',
  });
  cruise = (JSON.parse(json) as { summary: Cruise }).summary;
});

const refusedBy = (rule: string) =>
  cruise.violations.filter((violation) => violation.rule.name === rule).map((violation) => violation.from);

describe('the boundaries', () => {
  it.each(Object.entries(breaks))('%s refuses %s', (rule, file) => {
    expect(refusedBy(rule)).toContain(file);
  });

  it('refuse a circle of types alone too', () => {
    expect(refusedBy('no-circles')).toContain('apps/order/src/half-a-circle-of-types.ts');
  });

  it('have a fixture for every rule', () => {
    expect(cruise.ruleSetUsed.forbidden.map((rule) => rule.name).toSorted()).toEqual(Object.keys(breaks).toSorted());
  });

  it('are errors that say why and what to do', () => {
    for (const rule of cruise.ruleSetUsed.forbidden) {
      expect(rule).toMatchObject({ severity: 'error', comment: expect.stringMatching(/.{60,}/) });
    }
  });

  it('let the same import pass where it belongs', () => {
    expect(cruise.violations.map((violation) => violation.from)).not.toContain('apps/order/src/fine.ts');
    expect(refusedBy('broker-clients-only-in-messaging')).not.toContain('libs/messaging/src/sending/relay.ts');
  });
});
