import { describe, expect, it } from '@jest/globals';
import { routesIn, servicePlaceProblems, type ListedService } from './service-places.ts';
import { factsOf } from '@waybill/stack';
import { trackedFiles } from './tracked-files.ts';

const files = await trackedFiles();
const payment: ListedService = { ...factsOf('payment'), name: 'payment', routes: ['/api/payments'] };
const shipping: ListedService = { name: 'shipping', port: 28140, debugPort: 9233, routes: ['/api/shipments'] };
/** What is said of payment, with a text of a file made another. */
const problemsWith = (path: string, from: string, to: string) =>
  servicePlaceProblems(
    files.map((file) => (file.path === path ? { path, text: file.text.replaceAll(from, to) } : file)),
    [payment],
  ).filter((problem) => problem.startsWith('payment: '));

describe('a service in the files that nothing derives', () => {
  it('stands in each of them', () => {
    expect(problemsWith('README.md', '', '')).toEqual([]);
  });

  it.each([
    ['infra/prometheus/prometheus.yml', '[payment]', '[order]', 'so nobody scrapes it'],
    ['infra/prometheus/prometheus.yml', '28120', '28121', 'so nobody scrapes it'],
    ['infra/prometheus/rules/alerts.yml', 'service="payment"', 'service="order"', 'so no alert says that it is gone'],
    ['infra/haproxy/haproxy.cfg', 'str(payment)', 'str(order)', 'so HAProxy answers 404 to it'],
    ['infra/nginx/public.conf', 'location = /api/payments {', 'location = /api/payment {', 'so nginx answers 404 to it'],
    ['.env.example', '28121', '28129', 'so nobody sees that its port can be moved'],
  ])('is missed in %s, where %j became %j', (path, from, to, otherwise) => {
    const problems = problemsWith(path, from, to);
    expect(problems).toEqual([expect.stringContaining(`${path} lacks \``)]);
    expect(problems).toEqual([expect.stringContaining(otherwise)]);
  });

  it('is missed everywhere when only the list has it', () => {
    const problems = servicePlaceProblems(files, [shipping]).filter((problem) => problem.startsWith('shipping: '));
    expect(problems).toContain('shipping: there is no apps/shipping/src/main.ts, so the stack has nothing to start');
    expect(problems).toContain(
      'shipping: infra/prometheus/prometheus.yml lacks `names: [shipping], type: A, port: 28140,`, so nobody scrapes it',
    );
  });

  it('is left over where the list has it no more', () => {
    expect(servicePlaceProblems(files, [payment])).toContain(
      'order: infra/prometheus/rules/alerts.yml names it, and libs/contracts has no such service',
    );
  });

  it('is no service until the list has it', () => {
    const copied = [...files, { path: 'apps/shipping/src/describe.ts', text: '' }];
    expect(servicePlaceProblems(copied, [payment])).toContain(
      "shipping: it is no service of libs/contracts: write 'shipping' into SERVICES of libs/contracts/src/contract.ts",
    );
  });

  it("has the routes that the API's document gives it", () => {
    const get = { get: { tags: ['order'] } };
    const paths = { '/api/orders': get, '/api/orders/{orderId}': get, '/api/products': get, '/api/customers/me': get };
    expect(routesIn(JSON.stringify({ paths }))).toEqual(
      new Map([['order', ['/api/orders', '/api/products', '/api/customers/me']]]),
    );
  });
});
