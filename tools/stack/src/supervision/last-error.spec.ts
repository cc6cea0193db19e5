import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorLineOf, lastErrorIn } from './last-error.ts';

it.each([
  [
    'the error of a Node stack, not where it was thrown nor the version below it',
    "node:internal/modules/x:10\n  throw err;\n\nError: Cannot find module 'main.js'\n    at cannot (file:1:1)\n\nNode.js v24.21.0\n",
    "Error: Cannot find module 'main.js'",
  ],
  [
    'the message of a line that our own services wrote as fatal',
    '{"log.level":"fatal","message":"it did not start","error.message":"DATABASE_HOST is not set"}\n{"log.level":"info","message":"no error here"}\n',
    'DATABASE_HOST is not set',
  ],
  [
    'nothing of a warning that came before the error, and names one',
    '{"log.level":"error","message":"dead letter"}\n{"log.level":"warn","message":"Error: the broker refused it"}\n',
    'dead letter',
  ],
  [
    'the full disk of PostgreSQL, and not what its clients were told of it',
    [
      '2026-11-28 22:14:01.003 UTC [91] PANIC:  could not write to file "pg_wal/xlogtemp.91": No space left on device',
      '2026-11-28 22:14:01.240 UTC [88] LOG:  terminating any other active server processes',
      '2026-11-28 22:14:01.260 UTC [97] order_app@order WARNING:  terminating connection because of crash of another server process',
      '2026-11-28 22:14:01.302 UTC [98] order_app@order FATAL:  the database system is in recovery mode',
      '2026-11-28 22:14:01.410 UTC [88] LOG:  aborting startup due to startup process failure',
      '',
    ].join('\n'),
    '2026-11-28 22:14:01.003 UTC [91] PANIC:  could not write to file "pg_wal/xlogtemp.91": No space left on device',
  ],
  [
    'what followed when that is all there is',
    'FATAL:  the database system is starting up\nready\n',
    'FATAL:  the database system is starting up',
  ],
  ['the last line when none speaks of an error', 'starting\nsomething odd\n', 'something odd'],
  ['that there is nothing', '\n', 'its log is empty'],
])('of a log it tells %s', (_, log, line) => {
  expect(errorLineOf(log)).toBe(line);
});

it('stays short', () => {
  expect(errorLineOf(`Error: ${'x'.repeat(5_000)}`)).toHaveLength(300);
});

it('takes no piece of a line for one, in a log of which it reads the end', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-log-'));
  const file = join(dir, 'process.log');
  const long = `{"log.level":"warn","message":"Error: ${'x'.repeat(20_000)} Error: away"}`;
  writeFileSync(file, `${long}\n{"log.level":"fatal","message":"it ended"}\n{"log.level":"info","message":"starting"}\n`);
  expect(lastErrorIn(file)).toBe('it ended');
  rmSync(dir, { recursive: true });
});
