import { expect, test } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { ATTRIBUTE } from './span-names.js';

// The next rename shows here, with the update of the package.
test('every name that is not ours is in the conventions of OpenTelemetry', () => {
  const known = new Set<unknown>(
    Object.entries(conventions)
      .filter(([constant]) => constant.startsWith('ATTR_'))
      .map(([, name]) => name),
  );
  const theirs = Object.values(ATTRIBUTE).filter((name) => !name.startsWith('waybill.'));
  expect(theirs.length).toBeGreaterThan(10);
  expect(theirs.filter((name) => !known.has(name))).toEqual([]);
});
