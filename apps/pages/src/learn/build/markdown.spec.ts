import { describe, expect, it } from '@jest/globals';
import { highlightedLines } from './highlight.ts';
import { anchorsIn, render } from './markdown.ts';
import { sequenceDiagram } from './sequence-diagram.ts';
import { addressOf } from './sources.ts';

const DOCUMENTS = new Map(
  [
    { path: 'docs/edge.md', text: '# Edge\n\n## HTTPS, too\n' },
    { path: 'docs/edge.zh-CN.md', text: '# 入口\n' },
    { path: 'README.md', text: '# Waybill\n' },
  ].map((document) => [document.path, document]),
);
const around = {
  documents: DOCUMENTS,
  isCode: (path: string) => path === 'libs/relay.ts',
  anchorsOf: (path: string) => anchorsIn(DOCUMENTS.get(path)!.text),
};
const page = (text: string, path = 'docs/how-to/watch.md') => render({ path, text }, around);

describe('a document as a page', () => {
  it('leads to pages and lines of the site, and names what is not served', () => {
    const { html, code } = page(
      '[a](../edge.md#https-too) [b](../../libs/relay.ts#L3-L9) [c](../../libs/gone.spec.ts) [d](https://example.com/x) [e](../../README.md)',
    );
    expect(html).toContain('<a href="/learn/edge.html#https-too">a</a>');
    expect(html).toContain('<a href="/learn/project/libs/relay.ts.html#L3">b</a>');
    expect(html).toContain('<span class="path" title="libs/gone.spec.ts">c</span>');
    expect(html).toContain('<a href="https://example.com/x">d</a>');
    expect(html).toContain('<a href="/learn/project/index.html">e</a>');
    expect(code).toEqual(['libs/relay.ts']);
  });

  it('tells a link to a page or a heading that is not there', () => {
    expect(page('[a](gone.md) [b](../edge.md#gone)').problems).toEqual([
      'docs/how-to/watch.md: gone.md leads to docs/how-to/gone.md, which is not there',
      'docs/how-to/watch.md: ../edge.md#gone leads to a heading that docs/edge.md does not have',
    ]);
  });

  it('leads from a Chinese page to the page that its link names', () => {
    expect(page('[入口](edge.zh-CN.md)', 'docs/README.zh-CN.md').html).toContain('href="/learn/edge.zh-CN.html"');
    expect(page('[English](edge.md)', 'docs/README.zh-CN.md').html).toContain('href="/learn/edge.html"');
    expect(page('[edge](edge.md)', 'docs/README.md').html).toContain('href="/learn/edge.html"');
  });

  it('is found by each heading with the words below it', () => {
    expect(page('# Watch\n\nFirst `words`.\n\n## Alerts\n\n| a | b |\n| --- | --- |\n| x &amp; y | z |\n').parts).toEqual([
      { anchor: 'watch', heading: 'Watch', text: 'First words .' },
      { anchor: 'alerts', heading: 'Alerts', text: 'a b x & y z' },
    ]);
  });

  it('has no style in its tables and its code, and no header without words', () => {
    const { html } = page('| | b |\n| --- | ---: |\n| x | 1 |\n\n```ts\nconst a = 1;\n```\n');
    expect(html).toContain('<tr><td></td><th scope="col" class="right">b</th></tr>');
    expect(html).toContain('<span class="hljs-keyword">const</span>');
    expect(html).not.toContain('style=');
  });
});

describe('an address of the site', () => {
  it.each([
    ['docs/README.md', '/learn/'],
    ['docs/README.zh-CN.md', '/learn/index.zh-CN.html'],
    ['docs/learn/README.md', '/learn/learn/index.html'],
    ['docs/requests.http', '/learn/requests.http.html'],
    ['README.md', '/learn/project/index.html'],
    ['libs/messaging/src', '/learn/project/libs/messaging/src.html'],
  ])('of %s is %s', (path, address) => expect(addressOf(path)).toBe(address));
});

describe('lines of code', () => {
  it('are whole elements each, also of a comment over several of them', () => {
    expect(highlightedLines('/* a\n b */\nx\n', 'javascript')).toEqual([
      '<span class="hljs-comment">/* a</span>',
      '<span class="hljs-comment"> b */</span>',
      'x',
    ]);
  });
});

describe('a sequence diagram', () => {
  it('is drawn, and says in words what it shows', () => {
    const svg = sequenceDiagram(
      'sequenceDiagram\n  participant C as client\n  participant O as order\n  C->>O: place\n  O-->>C: 202\n  O->>O: think',
    );
    expect(svg).toContain('aria-label="C to O: place. O to C: 202. O to O: think"');
    expect(svg.match(/class="tip"/g)).toHaveLength(3);
  });

  it('with a line that it cannot draw ends the build', () => {
    expect(() => sequenceDiagram('sequenceDiagram\n  loop forever')).toThrow(/1 lines/);
  });
});
