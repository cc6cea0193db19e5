import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { Ledger } from './ledger.js';

// Each line waits for the disk.
jest.setTimeout(30_000);

const line = z.object({ seq: z.int() });
const warnings: object[] = [];
const log = { warn: (fields: object) => void warnings.push(fields) };

describe('a ledger', () => {
  let dir: string;
  let path: string;
  const open = () => Ledger.open(path, line, log);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ledger-'));
    path = join(dir, 'lines.ndjson');
    warnings.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('has a line on disk when it says so, in the order of the calls, and reads them again', async () => {
    const { ledger } = await open();
    const seqs = Array.from({ length: 1_000 }, (_, index) => index + 1);
    await Promise.all(
      seqs.map(async (seq) => {
        await ledger.append({ seq });
        expect(readFileSync(path, 'utf8')).toContain(`{"seq":${seq}}\n`);
      }),
    );
    await ledger.close();
    expect((await open()).lines.map(({ seq }) => seq)).toEqual(seqs);
  });

  it('takes a line that comes at the moment when an earlier one is answered', async () => {
    const { ledger } = await open();
    for (let seq = 1; seq <= 50; seq += 1) await ledger.append({ seq });
    await ledger.close();
    expect((await open()).lines).toHaveLength(50);
  });

  it('takes a line that comes while the file is being closed', async () => {
    const { ledger } = await open();
    for (let seq = 1; seq <= 200; seq += 1) {
      await ledger.append({ seq });
      for (let turn = 0; turn < seq % 8; turn += 1) await setImmediate();
    }
    await ledger.close();
    expect((await open()).lines).toHaveLength(200);
  });

  it('cuts off a last line that was torn, says so, and goes on behind it', async () => {
    writeFileSync(path, '{"seq":1}\n{"se');
    const { ledger, lines } = await open();
    expect(lines).toEqual([{ seq: 1 }]);
    expect(warnings).toEqual([{ path, bytes: 4 }]);
    await ledger.append({ seq: 2 });
    await ledger.close();
    expect(readFileSync(path, 'utf8')).toBe('{"seq":1}\n{"seq":2}\n');
  });

  it('names a line in the middle that cannot be read, and does not start', async () => {
    appendFileSync(path, '{"seq":1}\n{"seq":\n{"seq":3}\n');
    await expect(open()).rejects.toThrow('line 2 is not a line of this ledger');
  });
});
