import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

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
