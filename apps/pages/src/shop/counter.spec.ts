import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Refused, Unanswered } from '../shared/ask.ts';
import type { Order, OrderRequest } from './api.ts';
import { makeCounter } from './counter.ts';

const request: OrderRequest = {
  customerId: 'c',
  email: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku: 'mug', quantity: 2 }],
  paymentMethod: 'pm_ok',
};
const HOUR = 3_600_000;

class Shelf {
  readonly texts = new Map<string, string>();
  getItem = (key: string) => this.texts.get(key) ?? null;
  setItem = (key: string, text: string) => void this.texts.set(key, text);
  removeItem = (key: string) => void this.texts.delete(key);
}

/** What becomes of one request: it arrives or not, and the answer is lost or not. */
type Fate = 'answered' | 'lost before' | 'lost after' | 429 | 503 | 409 | 422;

/** The service: one order for each key, whatever the client is told. */
class Service {
  readonly orders = new Map<string, string>();
  readonly sent: string[] = [];
  constructor(readonly fates: Fate[]) {}

  send = async (_request: OrderRequest, key: string): Promise<Order> => {
    this.sent.push(key);
    const fate = this.fates.shift() ?? 'answered';
    if (fate === 'lost before') throw new Unanswered();
    if (typeof fate === 'number') throw new Refused({ title: 'no', status: fate }, 1);
    if (!this.orders.has(key)) this.orders.set(key, `order-${this.orders.size + 1}`);
    if (fate === 'lost after') throw new Unanswered();
    return { id: this.orders.get(key)! } as Order;
  };
}

let shelf: Shelf;
let keys: number;
let clock: number;
let person: string;
beforeEach(() => {
  shelf = new Shelf();
  keys = 0;
  clock = 0;
  person = 'c';
  Object.assign(globalThis, { addEventListener: () => {}, removeEventListener: () => {} });
});

const counter = (service: Service, wait: () => Promise<void> = async () => {}) =>
  makeCounter({
    keeper: shelf,
    send: service.send,
    isMine: ({ customerId }) => customerId === person,
    newKey: () => `key-${(keys += 1)}`,
    now: () => clock,
    wait,
  });
/** A page that is closed waits for ever. */
const never = () => new Promise<void>(() => {});
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('an order', () => {
  it('that another person has left without an answer is not sent in the name of the one who sits here now', async () => {
    const service = new Service(['lost after']);
    const first = counter(service, never);
    first.place(request);
    await settled();
    person = 'somebody else';
    counter(service, never).resume();
    await settled();
    expect(service.sent).toEqual(['key-1']);
    person = 'c';
    counter(service, never).resume();
    await settled();
    expect(service.sent).toEqual(['key-1', 'key-1']);
  });

  it('is one, however often answers are lost, the page is loaded anew and the button is pressed', async () => {
    const troubles = fc.array(fc.constantFrom<Fate>('lost before', 'lost after', 429, 503, 409), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(troubles, fc.array(fc.boolean(), { maxLength: 8 }), async (fates, reloads) => {
        shelf = new Shelf();
        const service = new Service([...fates]);
        let page = counter(service, never);
        page.basket.write({ mug: 2 });
        page.place(request);
        page.place(request);
        await settled();
        // Each reload is a page that finds what the one before had written down.
        for (const press of reloads) {
          page = counter(service, never);
          page.resume();
          if (press && page.attempts.read()['EUR']) page.place(request);
          await settled();
        }
        page = counter(service);
        page.resume();
        await settled();
        expect([service.orders.size, new Set(service.sent).size]).toEqual([1, 1]);
        expect([page.basket.read(), page.attempts.read()]).toEqual([{}, {}]);
      }),
    );
  });

  it('is sent again without a person, and says meanwhile that it waits', async () => {
    const service = new Service([503]);
    const seen: unknown[] = [];
    const page = counter(service, async () => void seen.push(page.progress.read()['EUR']));
    page.place(request);
    await settled();
    expect(seen).toEqual([{ phase: 'waiting', problem: { title: 'no', status: 503 } }]);
    expect(page.progress.read()['EUR']).toEqual({ phase: 'placed', id: 'order-1' });
  });

  it('that is refused is put back into the basket, and the next one has another key', async () => {
    const service = new Service([422]);
    const page = counter(service);
    page.basket.write({ mug: 2, pen: 1 });
    page.place(request);
    expect(page.basket.read()).toEqual({ pen: 1 });
    await settled();
    expect(page.progress.read()['EUR']).toEqual({ phase: 'refused', problem: { title: 'no', status: 422 } });
    expect([page.basket.read(), page.attempts.read()]).toEqual([{ pen: 1, mug: 2 }, {}]);
    page.place(request);
    await settled();
    expect(service.sent).toEqual(['key-1', 'key-2']);
  });

  it('is not sent any more once the service may have forgotten its key', async () => {
    const service = new Service(['lost after']);
    const page = counter(service, never);
    page.place(request);
    await settled();
    clock = 21 * HOUR;
    const next = counter(service);
    next.resume();
    await settled();
    expect(service.sent).toHaveLength(1);
    expect([next.progress.read()['EUR'], next.attempts.read()]).toEqual([{ phase: 'unknown' }, {}]);
  });

  it('of another currency goes beside it, with a key that is not the same', async () => {
    const service = new Service([]);
    const page = counter(service);
    page.place(request);
    page.place({ ...request, currency: 'USD' });
    await settled();
    expect([service.orders.size, new Set(service.sent).size]).toEqual([2, 2]);
  });
});
