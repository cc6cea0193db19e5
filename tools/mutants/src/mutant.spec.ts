import { describe, expect, it } from '@jest/globals';
import { isLive } from '@waybill/kit';
import { readMutant, unbrokenGuarantees } from './mutant.ts';

const header = [
  'Guarantee: 4',
  'Bug: a message that no queue takes is confirmed, and gone',
  'Spec: libs/messaging/src/sending/sending.live.spec.ts',
  'Test: by RabbitMQ, without a binding, stays in the outbox',
];
const diff = [
  '',
  'diff --git a/libs/messaging/src/sending/relay.ts b/libs/messaging/src/sending/relay.ts',
  '--- a/libs/messaging/src/sending/relay.ts',
  '+++ b/libs/messaging/src/sending/relay.ts',
  '@@ -1 +1 @@',
  '-mandatory',
  '+not mandatory',
  '',
];
const patch = (...lines: string[]) => [...lines, ...diff].join('\n');

describe('a patch', () => {
  it('says what it breaks, how, and who must notice', () => {
    const mutant = readMutant('unroutable', patch(...header));
    expect(mutant).toEqual({
      name: 'unroutable',
      guarantee: 4,
      bug: 'a message that no queue takes is confirmed, and gone',
      spec: 'libs/messaging/src/sending/sending.live.spec.ts',
      test: 'by RabbitMQ, without a binding, stays in the outbox',
      packages: ['libs/messaging'],
    });
    expect(isLive(mutant)).toBe(true);
  });

  it('names each package that it changes once, and none for what is in no package', () => {
    const more = ['libs/messaging/src/sending/outbox.ts', 'apps/order/src/main.ts', 'infra/postgres/rights.sql'].map(
      (path) => `diff --git a/${path} b/${path}\n+++ b/${path}\n`,
    );
    expect(readMutant('wide', patch(...header) + more.join('')).packages).toEqual(['libs/messaging', 'apps/order']);
  });

  it.each([
    ['has no header', patch(), 'no header'],
    ['has no diff', header.join('\n'), 'no header before a diff'],
    ['names no guarantee', patch(...header.slice(1)), 'no "Guarantee:"'],
    ['names a guarantee without its number', patch('Guarantee: the fourth', ...header.slice(1)), 'is no number'],
    ['names no test', patch(...header.slice(0, 3)), 'no "Test:"'],
    ['names something else than a spec', patch(...header.slice(0, 2), 'Spec: README.md', header[3]!), 'is no spec'],
  ])('that %s is refused', (_, text, reason) => expect(() => readMutant('broken', text)).toThrow(reason));
});

describe('a guarantee', () => {
  it('without a patch that breaks it is named', () => {
    const page = '# Guarantees\n\n## 4. Confirmed\n\n## 5. Once\n\n## Within what limits\n';
    expect(unbrokenGuarantees(page, [readMutant('unroutable', patch(...header))])).toEqual([5]);
  });
});
