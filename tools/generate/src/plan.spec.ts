import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '@waybill/kit';
import { FsTree } from 'nx/src/generators/tree.js';
import { readOptions } from './options.ts';
import { plan } from './plan.ts';

/** The files that a command line changes, with what is in them. Nothing is written. */
function planned(line: string): Record<string, string> {
  const tree = new FsTree(projectRoot, false);
  plan(tree, readOptions(line.split(' ')));
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, content?.toString() ?? '']));
}

describe('npm run generate', () => {
  test('writes an event into the file of its service, and into the index', () => {
    const files = planned('message payment.disputed.v1 --emitted-by payment');
    expect(Object.keys(files).toSorted()).toEqual(['libs/contracts/src/index.ts', 'libs/contracts/src/payment.ts']);
    expect(files['libs/contracts/src/payment.ts']).toMatch(
      /paymentDisputed = event\(\{\n {2}type: 'payment\.disputed\.v1',\n {2}emittedBy: 'payment',\n {2}handledBy: \[\],[^]*disputedAt: instant \}/,
    );
  });

  test('writes a command with those who send it', () => {
    const files = planned('message payment.check.v1 --sent-by order,notification --handled-by payment');
    expect(files['libs/contracts/src/payment.ts']).toMatch(
      /paymentCheck = command\(\{\n {2}type: 'payment\.check\.v1',\n {2}sentBy: \['order', 'notification'\],\n {2}handledBy: 'payment',/,
    );
  });

  test('writes a reaction with a row of its own into a service that is there', () => {
    const files = planned('handler payment --reacts-to order.cancelled.v1 --keeps recall');
    expect(Object.keys(files).map((path) => path.replace(/\d{13}/, 'N'))).toEqual(
      expect.arrayContaining([
        'apps/payment/src/on-order-cancelled.ts',
        'apps/payment/src/on-order-cancelled.live.spec.ts',
        'apps/payment/src/open-recall.ts',
        'apps/payment/src/recall.entity.ts',
        'apps/payment/src/recall-decisions.ts',
        'apps/payment/src/migrations/N-create-recalls.ts',
        'libs/contracts/src/order.ts',
      ]),
    );
    expect(files['apps/payment/src/payment.module.ts']).toMatch(/entities: \[Payment, Recall\]/);
    expect(files['apps/payment/src/payment.module.ts']).toMatch(/ {4}\/\/ reactions\n {4}OnOrderCancelled,\n/);
    expect(files['apps/payment/src/migrations/index.ts']).toMatch(/, CreateRecalls\d{13}\]/);
  });

  test.each([
    ['message payment.charged.v1 --emitted-by payment'],
    ['handler order --reacts-to payment.charged.v1'],
    ['handler notification --reacts-to order.confirmed.v1 --keeps anything'],
  ])('%s finds nothing to do', (line) => {
    expect(planned(line)).toEqual({});
  });

  test.each([
    ['message payment.disputed.v1', /is an event, and then has --emitted-by alone, or a command with/],
    ['message payment.disputed.v1 --emitted-by nobody', /There is no service nobody\. These are there: order, payment/],
    ['message order.lost.v1 --emitted-by payment', /order\.\* are messages of order/],
    ['handler payment --reacts-to order.cancelled.v1', /Say in one word what payment keeps/],
    ['handler payment --reacts-to order.cancelled.v1 --keeps payment', /payment\.entity\.ts is there/],
    ['service payment --reacts-to order.confirmed.v1 --emits parcel.lost.v1', /There is a service payment already/],
    ['service courier --reacts-to order.confirmed.v1 --emits product.lost.v1', /\/api\/products is a route of another service/],
    ['remove service nobody', /There is no service nobody/],
    ['remove service order', /order is needed: notification handles order\.placed\.v1/],
    ['courier', /says not what to generate/],
  ])('%s is refused in a sentence', (line, sentence) => {
    expect(() => planned(line)).toThrow(sentence);
  });
});
