import { expect, test } from '@jest/globals';
import { testStack } from '@waybill/testing';
import { runExample } from './run-example.ts';

test('examples/smallest passes its own test, which kills it at the moments that matter', async () => {
  const args = ['--test', '--test-reporter=tap', 'src/kill-9.test.ts'];
  const { output } = await runExample('smallest', args, testStack().instance, { withinMs: 240_000 });
  // Node is content, too, when it finds no test.
  expect(output).toMatch(/^# pass 4$/m);
  expect(output).toMatch(/^# fail 0$/m);
});
