import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetPlainName, plainNameOf } from './plain-name.ts';

let place: string;
const cache = process.env['XDG_CACHE_HOME'];
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'names-')));
  process.env['XDG_CACHE_HOME'] = join(place, 'cache');
});
afterEach(() => {
  if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cache;
  rmSync(place, { recursive: true });
});

const instance = (folder: string) => {
  const dir = join(place, folder, '.stack');
  mkdirSync(dir, { recursive: true });
  return { name: 'default', dir };
};

describe("an instance's folder, as the servers know it", () => {
  it('has its own name when that is plain', () => {
    expect(plainNameOf(instance('waybill-2.0_x'))).toBe(join(place, 'waybill-2.0_x/.stack'));
    expect(existsSync(join(place, 'cache'))).toBe(false);
  });

  it.each(['项目', 'nä tive', 'a b', "o'clock", 'say "so"', 'a#b', 'a,b', 'a:b', 'cost$', '100%', 'x'.repeat(200)])(
    'is reached by a plain and short name in %s, always the same, until it is forgotten',
    (folder) => {
      const named = instance(folder);
      const name = plainNameOf(named);
      expect(name).toMatch(/^[\w./-]{1,120}$/);
      expect(realpathSync(name)).toBe(named.dir);
      expect(plainNameOf(named)).toBe(name);
      expect(plainNameOf(instance(`${folder.slice(0, 190)}2`))).not.toBe(name);
      forgetPlainName(named);
      expect(existsSync(name)).toBe(false);
    },
  );

  it('is refused with what to do when the cache has no plain name either', () => {
    process.env['XDG_CACHE_HOME'] = join(place, 'jörg');
    expect(() => plainNameOf(instance('项目'))).toThrow('set XDG_CACHE_HOME to a folder');
  });
});
