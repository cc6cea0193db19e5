import { expect, test } from '@jest/globals';
import { secretNow } from '@waybill/messaging';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { serviceSettings } from './config.js';
import { ConfigError, readConfig, secretFile, setting } from './settings.js';

const settings = {
  service: 'order',
  http: {
    port: setting('HTTP_PORT', z.coerce.number().int().min(1).max(65535)),
    drainMs: setting('DRAIN_MS', z.coerce.number().default(1_000)),
  },
} as const;

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function secretWith(content: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const file = join(folder, 'password');
  writeFileSync(file, content);
  const problems = problemsOf(() => readConfig({ password: secretFile('PASSWORD_FILE') }, { PASSWORD_FILE: file }));
  rmSync(folder, { recursive: true });
  return problems;
}

test('a configuration has the shape of its settings, with defaults and constants', () => {
  expect(readConfig(settings, { HTTP_PORT: '8080' })).toEqual({ service: 'order', http: { port: 8080, drainMs: 1_000 } });
});

test('an empty variable counts as one that is not set', () => {
  expect(readConfig(settings, { HTTP_PORT: '8080', DRAIN_MS: '' }).http.drainMs).toBe(1_000);
});

test('every problem is reported at once, by the name of its variable', () => {
  const all = { ...settings, password: secretFile('PASSWORD_FILE'), level: setting('LOG_LEVEL', z.enum(['info', 'debug'])) };
  expect(problemsOf(() => readConfig(all, { HTTP_PORT: '70000', LOG_LEVEL: 'loud' }))).toEqual([
    'HTTP_PORT: Too big: expected number to be <=65535',
    'PASSWORD_FILE: is not set',
    'LOG_LEVEL: Invalid option: expected one of "info"|"debug"',
  ]);
});

test('a secret is read from its file, without the line end', () => {
  expect(secretWith(`${'s'.repeat(32)}\n`)).toEqual([]);
});

test('a secret is the one that its file has at the moment, and stays as it was when that has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const file = join(folder, 'password');
  writeFileSync(file, 'a'.repeat(32));
  const { password } = readConfig({ password: secretFile('PASSWORD_FILE') }, { PASSWORD_FILE: file });
  writeFileSync(file, 'b'.repeat(32));
  expect(secretNow(password)).toBe('b'.repeat(32));
  writeFileSync(file, 'short');
  expect(secretNow(password)).toBe('b'.repeat(32));
  rmSync(folder, { recursive: true });
  expect(secretNow(password)).toBe('b'.repeat(32));
});

test('a short secret is refused, and not shown', () => {
  expect(secretWith('hunter2')).toEqual(['PASSWORD_FILE: the file must hold at least 32 characters']);
});

test('a secret file that is not there is named', () => {
  expect(problemsOf(() => readConfig({ password: secretFile('PASSWORD_FILE') }, { PASSWORD_FILE: '/nowhere/password' }))).toEqual(
    ['PASSWORD_FILE: cannot read the file /nowhere/password: ENOENT'],
  );
});

test('a replica without a name of its own is called after its host, as containers of one service are', () => {
  const { replica } = serviceSettings('order');
  expect(readConfig({ replica }, { REPLICA: 'order-1' })).toEqual({ replica: 'order-1' });
  expect(readConfig({ replica }, {})).toEqual({ replica: `order-${hostname()}` });
});

test('the core is tuned by a JSON object of its fields', () => {
  const { tuning } = serviceSettings('order');
  expect(readConfig({ tuning }, { TUNING: '{"prefetch": 1, "relayBatchRows": 10}' }).tuning).toEqual({
    prefetch: 1,
    relayBatchRows: 10,
  });
  expect(readConfig({ tuning }, {}).tuning).toEqual({});
});

test.each([
  ['prefetch=1', 'must be a JSON object, such as {"prefetch": 10}'],
  ['[1]', 'must be a JSON object, such as {"prefetch": 10}'],
  ['{"prefetch": "1"}', 'prefetch must be a whole number above 0'],
  ['{"prefetch": 0}', 'prefetch must be a whole number above 0'],
  ['{"prefetch": 1.5, "killLimit": null}', 'prefetch must be a whole number above 0; killLimit must be a whole number above 0'],
])('%s tunes nothing, and a service does not start with it', (TUNING, problem) => {
  const { tuning } = serviceSettings('order');
  expect(problemsOf(() => readConfig({ tuning }, { TUNING }))).toEqual([`TUNING: ${problem}`]);
});

test.each(['prefech', 'toString', '__proto__'])(
  'a service does not start with the field %s, which the core does not have',
  (field) => {
    const { tuning } = serviceSettings('order');
    expect(problemsOf(() => readConfig({ tuning }, { TUNING: `{"${field}": 1}` }))).toEqual([
      expect.stringContaining(`TUNING: has no field "${field}": choose from publishTimeoutMs, `),
    ]);
  },
);
