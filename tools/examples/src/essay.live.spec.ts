import { expect, test } from '@jest/globals';
import { testStack } from '@waybill/testing';
import { runExample } from './run-example.ts';

// It ends with 0 only when the program as first written did the damage, and the right one none.
test.each(['auto-ack', 'not-durable', 'no-confirm', 'never-waits', 'no-key', 'no-group'])(
  'examples/essay shows what %s does, and that the right program does not',
  async (name) => {
    const { instance } = testStack();
    const { code, output } = await runExample('essay', ['src/main.ts', name], instance, { withinMs: 240_000 });
    expect(`${output}\nended with ${code}`).toMatch(/ended with 0$/);
  },
);
