import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { contentsOf, unlisted } from './learn/build/contents.ts';
import { documentsIn } from './learn/build/sources.ts';

const LIMIT_KB = 300;
const dist = fileURLToPath(new URL('../dist', import.meta.url));

describe.each(['shop', 'console'])('the %s as it was built', (page) => {
  const files = readdirSync(join(dist, page), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => ({ name, bytes: readFileSync(join(dist, page, name)) }));
  const html = files.find(({ name }) => name === 'index.html')!.bytes.toString();

  it(`weighs no more than ${LIMIT_KB} kB, compressed as nginx does it`, () => {
    const compressed = files.reduce((sum, { bytes }) => sum + gzipSync(bytes, { level: 6 }).length, 0);
    expect(compressed / 1_000).toBeLessThan(LIMIT_KB);
  });

  it('runs no script that stands in the page, and loads nothing from elsewhere', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\bon\w+=|style=|<style/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => !address.startsWith('/'))).toEqual([]);
    const styles = files.filter(({ name }) => name.endsWith('.css')).map(({ bytes }) => bytes.toString());
    expect(styles.join('')).not.toMatch(/@import|url\(["']?(https?:)?\/\//);
  });

  it('names each script and style by its content, which the browser may keep for good', () => {
    const assets = files.map(({ name }) => name).filter((name) => /\.(js|css)$/.test(name));
    expect(assets.length).toBeGreaterThan(0);
    for (const name of assets) expect(name).toMatch(/^assets\/[\w.-]+-[\w-]{8}\.\w+$/);
  });
});

describe('the site of the documents as it was built', () => {
  const folder = join(dist, 'learn');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const pages = names
    .filter((name) => name.endsWith('.html'))
    .map((name) => ({ name, html: readFileSync(join(folder, name), 'utf8') }));

  it('has nothing in a page that the policy of the pages refuses', () => {
    const refused = pages.filter(({ html }) => /<script(?![^>]*\bsrc=)|<[^>]*\s(on\w+|style)=|<style/.test(html));
    expect(refused.map(({ name }) => name)).toEqual([]);
  });

  it('has every page and every line to which a page leads', () => {
    const byAddress = new Map(pages.map(({ name, html }) => [`/learn/${name.replace(/^index\.html$/, '')}`, html]));
    const dead = pages.flatMap(({ name, html }) =>
      [...html.matchAll(/<a [^>]*href="(\/learn\/[^"#]*|)(?:#([^"]*))?"/g)].flatMap(([, address, anchor]) => {
        const to = address === '' ? html : byAddress.get(address!);
        const isThere = to !== undefined && (anchor === undefined || to.includes(` id="${anchor}"`));
        return isThere ? [] : [`${name}: ${address}#${anchor ?? ''}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  it('has every document in its contents', () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const documents = new Map(documentsIn(root).map((document) => [document.path, document]));
    expect(unlisted(documents, contentsOf(documents, 'en'))).toEqual([]);
  });

  it('weighs little before somebody searches', () => {
    const first = names
      .filter((name) => /^assets\/browser-.*\.(js|css)$/.test(name))
      .map((name) => readFileSync(join(folder, name)));
    expect(first).toHaveLength(2);
    expect(first.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 6 }).length, 0)).toBeLessThan(10_000);
  });
});
