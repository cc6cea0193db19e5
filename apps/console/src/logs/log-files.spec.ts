import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFiles } from './log-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  writeFileSync(join(folder, 'order-1.log'), 'one\ntwo a\nthree a\nhalf a');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the logs of a stack', () => {
  it('are read from their end, whole lines alone', async () => {
    const files = new LogFiles(folder);
    expect(await files.tail('order-1')).toEqual({ lines: ['one', 'two a', 'three a'], more: false });
    expect(await files.tail('order-1', '', 2)).toEqual({ lines: ['two a', 'three a'], more: true });
  });

  it('give the lines that have the words in them', async () => {
    expect(await new LogFiles(folder).tail('order-1', ' a', 1)).toEqual({ lines: ['three a'], more: true });
  });

  it('of any length cost the same: the end is read, and a line without its beginning is left out', async () => {
    writeFileSync(join(folder, 'kafka.log'), `${'x'.repeat(99)}\n`.repeat(20_000));
    const tail = (await new LogFiles(folder).tail('kafka'))!;
    expect(tail.lines).toHaveLength(200);
    expect(new Set(tail.lines)).toEqual(new Set(['x'.repeat(99)]));
    expect(tail.more).toBe(true);
    expect((await new LogFiles(folder).tail('kafka', 'x', 1))!.lines).toEqual(['x'.repeat(99)]);
  });

  it('are nothing beside the files of the folder', async () => {
    writeFileSync(join(folder, 'secret'), 'no\n');
    symlinkSync(join(folder, 'secret'), join(folder, 'link.log'));
    const files = new LogFiles(folder);
    for (const name of ['../order-1', 'secret', 'link', 'nobody', '', 'order-1.log', 'Order-1'])
      expect(await files.tail(name)).toBeUndefined();
    expect(await files.names()).toEqual(['link', 'order-1']);
  });

  it('are not to be read in containers', async () => {
    const files = new LogFiles(undefined);
    expect([await files.names(), await files.tail('order-1')]).toEqual([undefined, undefined]);
  });
});
