import { expect, it } from '@jest/globals';
import { errorLineOf } from './last-error.ts';

it.each([
  [
    'the error of a Node stack, not where it was thrown nor the version below it',
    "node:internal/modules/x:10\n  throw err;\n\nError: Cannot find module 'main.js'\n    at cannot (file:1:1)\n\nNode.js v24.21.0\n",
    "Error: Cannot find module 'main.js'",
  ],
  [
    'the message of a line that our own services wrote as fatal',
    '{"level":60,"msg":"it did not start","err":{"message":"DATABASE_HOST is not set"}}\n{"level":30,"msg":"no error here"}\n',
    'DATABASE_HOST is not set',
  ],
  ['the last line when none speaks of an error', 'starting\nsomething odd\n', 'something odd'],
  ['that there is nothing', '\n', 'its log is empty'],
])('of a log it tells %s', (_, log, line) => {
  expect(errorLineOf(log)).toBe(line);
});

it('stays short', () => {
  expect(errorLineOf(`Error: ${'x'.repeat(5_000)}`)).toHaveLength(300);
});
