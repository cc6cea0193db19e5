import { describe, expect, it } from '@jest/globals';
import { deadLinks } from './dead-links.ts';

const tracked = new Set(['README.md', 'docs/guarantees.md', 'libs/messaging/src/sending/relay.ts']);
const links = (text: string, path = 'docs/guarantees.md') => deadLinks([{ path, text }], tracked);

describe('links in the docs', () => {
  it('lead to files and folders of the repository', () => {
    expect(
      links('[relay](../libs/messaging/src/sending/relay.ts) and [lib](../libs/messaging) and [home](../README.md)'),
    ).toEqual([]);
  });

  it('are refused when the file is not there', () => {
    expect(links('[relay](../libs/messaging/src/rely.ts)')).toEqual([expect.stringContaining('libs/messaging/src/rely.ts')]);
  });

  it('lead to headings that exist', () => {
    expect(links('# What it says, and how\n[up](#what-it-says-and-how)')).toEqual([]);
    expect(links('# What it says\n[up](#what-it-does)')).toEqual([expect.stringContaining('heading')]);
  });

  it('are not looked for in code, and not outside of the repository', () => {
    expect(links('```\n[a](b.md)\n```\n`[c](d.md)` [out](https://example.com/x.md)')).toEqual([]);
  });
});
