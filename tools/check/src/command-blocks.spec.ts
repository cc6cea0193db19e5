import { describe, expect, it } from '@jest/globals';
import { commandBlockProblems } from './command-blocks.ts';

const KNOWN = {
  scripts: new Set(['stack', 'alerts', 'generate']),
  suites: { alerts: 'alerts', outage: 'faults', compose: 'compose' },
  files: new Map([['tools/generate.live.spec.ts', "generate('service', 'shipping')"]]),
};
const problems = (...lines: readonly string[]) =>
  commandBlockProblems([{ path: 'docs/x.md', text: `${lines.join('\n')}\n\`\`\`\n` }], KNOWN);

describe('the blocks of the documents', () => {
  it('are run, or say what else runs them, or why nobody does', () => {
    expect(problems('```sh run', 'npm run stack -- status')).toEqual([]);
    expect(problems('```sh covered-by=alerts', 'npm run alerts -- --only X')).toEqual([]);
    expect(problems('```sh covered-by=compose', 'docker compose up --wait')).toEqual([]);
    expect(problems('```sh covered-by=tools/generate.live.spec.ts', 'npm run generate -- service shipping')).toEqual([]);
    expect(problems('```sh by-hand="an hour"', 'npm run stack -- up')).toEqual([]);
    expect(problems('```ts', 'x')).toEqual([]);
  });

  it('are told when they say nothing', () => {
    expect(problems('```', 'x')).toEqual([
      'docs/x.md:1: a block that does not say what it is: sh, console (with prompts), or text',
    ]);
    expect(problems('```sh', 'x')[0]).toMatch(/^docs\/x\.md:1: its commands are run by nobody/);
    expect(problems('```sh by-hand=""', 'x')[0]).toMatch(/run by nobody/);
  });

  it('are told when what they claim cannot be', () => {
    expect(problems('```sh run', 'npm run gone')).toEqual(['docs/x.md:1: there is no npm run gone']);
    expect(problems('```sh covered-by=outage', 'npm run alerts')).toEqual([
      'docs/x.md:1: outage runs faults, and not npm run alerts',
    ]);
    expect(problems('```sh covered-by=nobody', 'npm run alerts')).toEqual([
      'docs/x.md:1: nobody is no part of npm test that runs a tool, and no file',
    ]);
    expect(problems('```sh covered-by=tools/generate.live.spec.ts', 'npm run stack -- topics')).toEqual([
      'docs/x.md:1: tools/generate.live.spec.ts has no word of npm run stack -- topics',
    ]);
  });
});
