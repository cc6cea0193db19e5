import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Suite } from '@waybill/kit';
import { onceMore, type Part, runInTurn } from './parts.ts';

const NEVER = new AbortController().signal;
const suite = (name: string, failed: number): Suite => ({ name, passed: 1, failed, skipped: 0, seconds: 1 });
const stoodStill = (seconds: number) => () => () => seconds;
const told = (suites: readonly Suite[]) => suites.map(({ name, failed, note }) => [name, failed, note]);

/** A part with two suites, of which the second one fails as often as this says. */
function failing(times: number): Part & { readonly asked: (readonly string[] | undefined)[] } {
  const asked: (readonly string[] | undefined)[] = [];
  const run = async (only?: readonly string[]) => {
    asked.push(only);
    const both = [suite('sound', 0), suite('shaky', asked.length <= times ? 1 : 0)];
    return both.filter(({ name }) => only?.includes(name) ?? true);
  };
  return { name: 'part', run, asked };
}

beforeEach(() => void jest.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void jest.restoreAllMocks());

test.each([
  { seconds: 0.1, beside: true, because: 'other parts ran beside it' },
  { seconds: 3.21, beside: false, because: 'the machine stood still for 3.2 s' },
])('what failed while $because runs once more, and that counts', async ({ seconds, beside, because }) => {
  const part = failing(1);
  const ran = await runInTurn([part], { beside, watch: stoodStill(seconds) });
  expect(told(await onceMore(ran, NEVER))).toEqual([
    ['sound', 0, undefined],
    ['shaky', 0, `the second run, because ${because}`],
  ]);
  expect(part.asked).toEqual([undefined, ['shaky']]);
});

test('what fails twice has failed', async () => {
  const ran = await runInTurn([failing(2)], { beside: true, watch: stoodStill(0) });
  expect((await onceMore(ran, NEVER)).map(({ failed }) => failed)).toEqual([0, 1]);
});

test('what failed alone on a machine that went on has failed', async () => {
  const part = failing(1);
  const ran = await runInTurn([part], { beside: false, watch: stoodStill(1.9) });
  expect(told(await onceMore(ran, NEVER))).toEqual([
    ['sound', 0, undefined],
    ['shaky', 1, undefined],
  ]);
  expect(part.asked).toHaveLength(1);
});

test('a part that throws is a suite that failed, and the next one runs', async () => {
  const broken: Part = { name: 'broken', run: async () => Promise.reject(new Error('no server')) };
  const ran = await runInTurn([broken, failing(0)], { beside: false, watch: stoodStill(0) });
  expect(told(await onceMore(ran, NEVER))).toEqual([
    ['broken', 1, 'Error: no server'],
    ['sound', 0, undefined],
    ['shaky', 0, undefined],
  ]);
});

test('a run that was broken off begins nothing again', async () => {
  const part = failing(1);
  await onceMore(await runInTurn([part], { beside: true, watch: stoodStill(0) }), AbortSignal.abort());
  expect(part.asked).toHaveLength(1);
});
