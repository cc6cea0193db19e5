import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ATTRIBUTE } from './span-names.js';

const require = createRequire(import.meta.url);
const DECLARATIONS = dirname(require.resolve('@opentelemetry/semantic-conventions'));
const declared = ['stable', 'experimental']
  .map((list) => readFileSync(join(DECLARATIONS, `${list}_attributes.d.mts`), 'utf8'))
  .flatMap((file) => [...file.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*declare const ATTR_\w+: "([^"]+)";/g)])
  .map(([, comment, name]) => ({ name: name!, deprecated: comment!.includes('@deprecated') }));

// A new name shows here with the update of the package that brings it. The package keeps the old one and marks it as deprecated.
test('every name that is not ours is a current one in the conventions of OpenTelemetry', () => {
  const current = new Set<string>(declared.filter(({ deprecated }) => !deprecated).map(({ name }) => name));
  const theirs = Object.values(ATTRIBUTE).filter((name) => !name.startsWith('waybill.'));
  expect(theirs.length).toBeGreaterThan(10);
  expect(theirs.filter((name) => !current.has(name))).toEqual([]);
});
