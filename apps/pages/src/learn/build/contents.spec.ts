import { describe, expect, it } from '@jest/globals';
import { contentsOf, deadEntries, unlisted } from './contents.ts';

const site = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, { path, text }]));

const FILES = {
  'docs/README.md':
    '# All\n\nSee [prose](edge.md).\n\n## Begin\n\n- [Waybill](../README.md): what\n- [The `edge`](edge.md)\n\n## Learn\n\n- [Lessons](learn/README.md)\n',
  'docs/learn/README.md':
    '# Learn\n\n| lesson | command |\n| --- | --- |\n| [Saga](saga.md) | [edge](../edge.md) |\n\n- [Labs](labs/README.md)\n',
  'docs/learn/labs/README.md': '- [A lab](a.md)\n- [All](../README.md)\n',
  'docs/learn/labs/a.md': '# A lab',
  'docs/learn/saga.md': '# Saga',
  'docs/edge.md': '# Edge',
  'README.md': '# Waybill',
};

describe('the contents of the site', () => {
  it('are the lists of docs/README.md, with what the lists and tables that they lead to have in their own folder', () => {
    expect(contentsOf(site(FILES), 'en')).toEqual([
      {
        title: 'Begin',
        entries: [
          { path: 'README.md', label: 'Waybill', below: [] },
          { path: 'docs/edge.md', label: 'The edge', below: [] },
        ],
      },
      {
        title: 'Learn',
        entries: [
          {
            path: 'docs/learn/README.md',
            label: 'Lessons',
            below: [
              { path: 'docs/learn/saga.md', label: 'Saga', below: [] },
              {
                path: 'docs/learn/labs/README.md',
                label: 'Labs',
                below: [{ path: 'docs/learn/labs/a.md', label: 'A lab', below: [] }],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('lead to the translation of a page where there is one', () => {
    const files = {
      ...FILES,
      'docs/README.zh-CN.md': '# 文档\n\n## 开始\n\n- [入口](edge.md)\n- [保证](learn/saga.md)\n',
      'docs/edge.zh-CN.md': '# 入口',
    };
    expect(contentsOf(site(files), 'zh')[0]!.entries.map(({ path }) => path)).toEqual([
      'docs/edge.zh-CN.md',
      'docs/learn/saga.md',
    ]);
  });

  it('tell a page that is in no list, and an entry that leads nowhere', () => {
    const files = site({ ...FILES, 'docs/new.md': '# New', 'docs/learn/README.md': '- [Outbox](outbox.md)' });
    expect(deadEntries(files, contentsOf(files, 'en'))).toEqual(['the contents name docs/learn/outbox.md, which is not there']);
    expect(unlisted(files, contentsOf(files, 'en'))).toEqual([
      'docs/learn/labs/README.md is in no list: name it in docs/README.md or in a list that it leads to',
      'docs/learn/labs/a.md is in no list: name it in docs/README.md or in a list that it leads to',
      'docs/learn/saga.md is in no list: name it in docs/README.md or in a list that it leads to',
      'docs/new.md is in no list: name it in docs/README.md or in a list that it leads to',
    ]);
  });
});
