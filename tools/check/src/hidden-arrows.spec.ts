import { expect, it } from '@jest/globals';
import { hiddenArrows } from './hidden-arrows.ts';

const problemsIn = (path: string, text: string) => hiddenArrows([{ path, text }]);
const START = "const program = new URL('../../../tools/stack/src/main.ts', import.meta.url);";

it('refuses a lib or an app that starts a tool or another app by its path', () => {
  expect(problemsIn('libs/testing/src/stack.ts', START)).toEqual([expect.stringContaining('names a file of tools/stack')]);
  expect(problemsIn('apps/order/test/helper.ts', 'run(`${root}apps/payment/dist/main.js`)')).toHaveLength(1);
});

it('lets tools do so, an app name its own files, and texts speak of them', () => {
  expect(problemsIn('tools/demo/src/demo.ts', START)).toEqual([]);
  expect(problemsIn('apps/order/src/boot.live.spec.ts', "spawn('apps/order/dist/main.js')")).toEqual([]);
  expect(problemsIn('libs/testing/src/told.ts', '/** What tools/jest.mjs says. */')).toEqual([]);
});
