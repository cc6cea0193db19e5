import { describe, expect, it } from '@jest/globals';
import { allTranslationProblems, translationProblems, versionOf } from './translation-in-step.ts';

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
const problemsOf = (english: string, chinese: string, others: Readonly<Record<string, string>> = {}) => {
  const page = { path: 'README.md', text: english };
  const translated = { path: 'README.zh-CN.md', text: chinese };
  const pages = [page, translated, ...Object.entries(others).map(([path, text]) => ({ path, text }))];
  return translationProblems(page, translated, pages).join('\n');
};

describe('a translation', () => {
  it('that is in step is accepted', () => {
    expect(problemsOf(original, translation)).toBe('');
  });

  it('is refused when its original has changed, be it one word', () => {
    const changed = original.replace('Type', 'Enter');
    expect(problemsOf(changed, translation)).toContain(`put \`<!-- translates README.md ${versionOf(changed)} -->\` at its end`);
  });

  it('stays in step when a link leads to another line, and the same one in both', () => {
    const inLine = (text: string, line: number) => text.replace('docs/operate.md', `libs/relay.ts#L${line}`);
    const moved = translation.replace(versionOf(original), versionOf(inLine(original, 4)));
    expect(problemsOf(inLine(original, 7), inLine(moved, 7))).toBe('');
    expect(problemsOf(inLine(original, 7), inLine(moved, 4))).toContain('the targets of its links differ');
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

  it('leads to pages of its own language where there are some, and else to those of its original', () => {
    const others = { 'docs/operate.md': '# Operate\n', 'docs/operate.zh-CN.md': '# 运维\n' };
    const leading = translation.replace('docs/operate.md', 'docs/operate.zh-CN.md');
    expect(problemsOf(original, leading, others)).toBe('');
    expect(problemsOf(original, translation, others)).toContain(
      'the targets of its links differ, the first at "docs/operate.zh-CN.md", there "docs/operate.md"',
    );
    expect(problemsOf(original, leading)).toContain('the targets of its links');
  });

  it.each([
    ['the page itself', '(#run-it)', '(#运行)', '(#waybill)'],
    ['another page', '(docs/operate.md#start)', '(docs/operate.zh-CN.md#启动)', '(docs/operate.zh-CN.md#停止)'],
  ])('leads to the same heading of %s', (_where, link, right, wrong) => {
    const others = { 'docs/operate.md': '# Operate\n## Start\n## Stop\n', 'docs/operate.zh-CN.md': '# 运维\n## 启动\n## 停止\n' };
    const linking = original.replace('(docs/operate.md)', link);
    const translated = (target: string) =>
      translation.replace('(docs/operate.md)', target).replace(versionOf(original), versionOf(linking));
    expect(problemsOf(linking, translated(right), others)).toBe('');
    expect(problemsOf(linking, translated(wrong), others)).toContain('the targets of its links differ');
  });
});

describe('all translations', () => {
  const page = (path: string, text: string) => ({ path, text });

  it('are found by their names, and held against the page beside them', () => {
    const pages = [
      page('docs/learn/README.md', '# Learn\n'),
      page('docs/learn/README.zh-CN.md', '学习\n'),
      page('docs/alone.zh-CN.md', '# 单独\n'),
    ];
    const problems = allTranslationProblems(pages);
    expect(problems).toContainEqual(
      expect.stringContaining('docs/learn/README.zh-CN.md is not in step with docs/learn/README.md: its headings'),
    );
    expect(problems).toContain('docs/alone.zh-CN.md translates no page beside it');
  });

  it.each([
    'docs/learn/saga.md',
    'docs/learn/labs/two-locks.md',
    'docs/copy/README.md',
    'docs/essay.md',
    'docs/which-queue.md',
    'examples/smallest/README.md',
  ])('are there for %s', (path) => {
    const missing = `${path} has no translation: ${path.replace('.md', '.zh-CN.md')} is missing`;
    expect(allTranslationProblems([page(path, '# Page\n')])).toEqual([missing]);
  });

  it.each(['docs/operate.md', 'docs/how-to/watch.md', 'examples/smallest/notes.md', 'apps/order/README.md'])(
    'need not be there for %s',
    (path) => {
      expect(allTranslationProblems([page(path, '# Page\n')])).toEqual([]);
    },
  );
});
