import { describe, expect, it } from '@jest/globals';
import { translationProblems, versionOf } from './translation-in-step.ts';

const original = `# Waybill

[中文](README.zh-CN.md)

## Run it

Type \`npm run demo\`, then [look](docs/operate.md):

\`\`\`
npm run demo
\`\`\`
`;
const translation = `# Waybill

[English](README.md)

## 运行

先[看](docs/operate.md)，再输入 \`npm run demo\`：

\`\`\`
npm run demo
\`\`\`

<!-- translates README.md ${versionOf(original)} -->
`;
const problemsOf = (english: string, chinese: string) =>
  translationProblems({ path: 'README.md', text: english }, { path: 'README.zh-CN.md', text: chinese }).join('\n');

describe('a translation', () => {
  it('that is in step is accepted', () => {
    expect(problemsOf(original, translation)).toBe('');
  });

  it('is refused when its original has changed, be it one word', () => {
    const changed = original.replace('Type', 'Enter');
    expect(problemsOf(changed, translation)).toContain(`put \`<!-- translates README.md ${versionOf(changed)} -->\` at its end`);
  });

  it.each([
    ['## 运行', '运行', 'its headings differ, the first at "##", there nothing'],
    ['npm run demo\n```', 'npm start\n```', 'its code blocks differ'],
    ['`npm run demo`', '`npm start`', 'the code within its sentences differ, the first at "npm run demo", there "npm start"'],
    ['docs/operate.md', 'docs/run.md', 'the targets of its links differ, the first at "docs/operate.md", there "docs/run.md"'],
  ])('is refused with %j made %j', (right, wrong, problem) => {
    expect(translation).toContain(right);
    expect(problemsOf(original, translation.replace(right, wrong))).toContain(problem);
  });
});
