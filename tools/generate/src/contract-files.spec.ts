import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '@waybill/kit';
import { readFileSync } from 'node:fs';
import { changeList, EMPTY_FILE, inIndex, outOfIndex, withMessage } from './contract-files.ts';
import { locked, unlocked } from './lock-file.ts';
import { places, put, take } from './places.ts';

const read = (file: string) => readFileSync(`${projectRoot}/${file}`, 'utf8');
const index = read('libs/contracts/src/index.ts');

describe('a file of contracts', () => {
  test('imports what its messages are made of, once', () => {
    const one = withMessage(EMPTY_FILE, 'export const a = command({ schema: z.strictObject({ orderId }) });\n');
    const both = withMessage(one, 'export const b = event({ schema: z.strictObject({ orderId, at: instant }) });\n');
    expect(both).toContain(`import { command, event } from './contract.js';\nimport { instant, orderId } from './parts.js';`);
  });

  test('is in the index once, and leaves it as it was', () => {
    const added = inIndex(inIndex(index, 'courier', ['parcelCollect']), 'courier', ['parcelCollect', 'parcelDelivered']);
    expect(added.match(/parcelCollect/g)).toHaveLength(2);
    expect(added).toContain(`export * from './contract.js';\nexport * from './courier.js';\nexport * from './notification.js';`);
    expect(outOfIndex(added, 'courier')).toBe(index);
  });

  test('says who handles an event, wherever it is', () => {
    const order = read('libs/contracts/src/order.ts');
    const added = changeList(order, 'order.confirmed.v1', 'handledBy', (services) => [...services, 'courier'])!;
    expect(added.match(/'courier'/g)).toHaveLength(1);
    expect(added).toMatch(/type: 'order\.confirmed\.v1',\n.*\n {2}handledBy: \[[^\]]*'courier'\]/);
    expect(changeList(order, 'payment.charged.v1', 'handledBy', () => [])).toBeUndefined();
  });
});

describe('a service in a file that lists them', () => {
  const courier = { name: 'courier', port: 28960, debugPort: 9970, collection: 'parcels' };
  const shorter = { name: 'cour', port: 28970, debugPort: 9971, collection: 'parcel' };
  const files = [...new Set(places.map(({ file }) => file))];
  const of = (file: string) => places.filter((place) => place.file === file);

  test.each(files)('%s has a place for it, takes it once, and is as it was without it', (file) => {
    const text = read(file);
    const putIn = (before: string, service: typeof courier) => of(file).reduce((now, place) => put(now, place, service), before);
    const takenOut = (before: string, service: typeof courier) =>
      of(file)
        .toReversed()
        .reduce((now, place) => take(now, place, service)!, before);
    const with1 = putIn(text, courier);
    expect(with1).not.toBe(text);
    expect(putIn(with1, courier)).toBe(with1);
    // One whose names begin the same way stays.
    const with2 = putIn(with1, shorter);
    expect(takenOut(with2, shorter)).toBe(with1);
    expect(takenOut(putIn(putIn(text, shorter), courier), shorter)).toBe(with1);
    expect(takenOut(with1, courier)).toBe(text);
  });

  test('is in the lock file as npm would write it', () => {
    const lock = read('package-lock.json');
    const manifest = { name: '@waybill/order', version: '0.1.0' };
    expect(unlocked(locked(lock, 'apps/courier', manifest), 'apps/courier')).toBe(lock);
    const order = JSON.parse(read('apps/order/package.json')) as typeof manifest;
    expect(locked(unlocked(lock, 'apps/order'), 'apps/order', order)).toBe(lock);
  });
});
