import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { charge, CLIENT, OPERATOR, OutsideWorldProcess } from './outside-world-process.js';

/** One process serves all tests, and each test has another order. */
let outside: OutsideWorldProcess;
let order: string;
let tests = 0;
beforeAll(async () => {
  outside = await OutsideWorldProcess.start();
});
beforeEach(() => {
  tests += 1;
  order = `order-${tests}`;
});
afterEach(() => outside.setFaults({}));
afterAll(() => outside.remove());

const provider = (settings: object) => outside.setFaults({ provider: settings });
const charges = async () => (await outside.ledger('charges')).filter(({ reference }) => reference === order);
const mails = async () => (await outside.ledger('mails')).filter(({ messageId }) => messageId === `<${order}@waybill.example>`);
const mail = () => outside.mail(`<${order}@waybill.example>`);
/** Whether each call had its effect, and whether it was answered. */
const effects = async (lines: Promise<Record<string, unknown>[]>) =>
  (await lines).map(({ effect, answered }) => [effect, answered]);

describe('the provider', () => {
  it.each([
    ['refuse', { status: 503 }],
    ['tooMany', { status: 429 }],
    ['failBefore', { status: 500 }],
  ])('%s: an error without an effect', async (fault, problem) => {
    await provider({ [fault]: 1 });
    expect(await outside.charge(order)).toMatchObject(problem);
    expect(await outside.lookUp(order)).toMatchObject(problem);
    await provider({});
    expect(await outside.lookUp(order)).toMatchObject({ state: 'none' });
    expect(await outside.charge(order)).toMatchObject({ outcome: 'charged' });
    expect(await effects(charges())).toEqual([
      [false, true],
      [false, true],
      [false, true],
      [true, true],
    ]);
  });

  it('says with a 429 when to come back', async () => {
    await provider({ tooMany: 1 });
    expect((await fetch(outside.url(`/charges/${order}`), { headers: CLIENT })).headers.get('retry-after')).toBe('1');
  });

  it('failAfter: the money has moved, the answer is an error', async () => {
    await provider({ failAfter: 1 });
    expect(await outside.charge(order)).toMatchObject({ status: 500 });
    await provider({});
    expect(await outside.charge(order)).toMatchObject({ outcome: 'charged' });
    expect(await effects(charges())).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('loseCall and loseAnswer: the connection is cut, before the charge or after it', async () => {
    await provider({ loseCall: 1 });
    await expect(outside.charge(order)).rejects.toThrow('fetch failed');
    await provider({ loseAnswer: 1 });
    await expect(outside.charge(order)).rejects.toThrow('fetch failed');
    await provider({});
    expect(await outside.charge(order)).toMatchObject({ outcome: 'charged' });
    expect(await effects(charges())).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
  });

  it('duplicate: the call arrives twice, and moves the money once', async () => {
    await provider({ duplicate: 1 });
    expect(await outside.charge(order)).toMatchObject({ outcome: 'charged' });
    expect(await effects(charges())).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('down: nothing is received', async () => {
    await provider({ down: true });
    await expect(outside.charge(order)).rejects.toThrow('fetch failed');
    await expect(outside.lookUp(order)).rejects.toThrow('fetch failed');
    expect(await effects(charges())).toEqual([]);
  });

  it('slowMs: the answer comes so much later than the charge', async () => {
    await provider({ slowMs: 500 });
    const { at } = (await outside.charge(order)) as { at: string };
    expect(Date.now() - Date.parse(at)).toBeGreaterThanOrEqual(490);
  });

  it('says which setting is wrong, and what is allowed', async () => {
    const answer = await provider({ refuse: 2 });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await answer.json()).toMatchObject({
      errors: [{ path: 'provider.refuse', message: expect.stringContaining('from 0') }],
    });
    expect(await outside.call('/faults', undefined, OPERATOR)).toMatchObject({ provider: { refuse: 0 } });
  });
});

describe('a charge that is still on its way', () => {
  it('happens after a look-up that says none, also when nobody waits for its answer', async () => {
    await provider({ delayMs: 2_000 });
    await outside.chargeAndHangUp(order);
    expect(await outside.lookUp(order)).toMatchObject({ state: 'none' });
    await until(async () => (await charges()).some(({ effect }) => effect));
    expect(await outside.lookUp(order)).toMatchObject({ state: 'charged' });
  });

  it('is declined when a reversal closed its reference meanwhile', async () => {
    await provider({ delayMs: 2_000 });
    const onItsWay = outside.charge(order);
    expect(await outside.reverse(order)).toMatchObject({ outcome: 'closed' });
    expect(await onItsWay).toMatchObject({ outcome: 'declined', reason: 'closed' });
    expect((await charges()).map(({ kind, effect }) => [kind, effect])).toEqual([
      ['refund', false],
      ['charge', false],
    ]);
  });
});

describe('keys after a kill', () => {
  it('replay-everything: an error is still the answer of its key', async () => {
    await provider({ keys: 'replay-everything', failAfter: 1 });
    const answer = await outside.charge(order);
    await outside.end('SIGKILL');
    await outside.startAgain();
    await provider({ keys: 'replay-everything' });
    expect(await outside.charge(order)).toEqual(answer);
    expect(await outside.lookUp(order)).toMatchObject({ state: 'charged' });
    await provider({ keys: 'replay-successes' });
    expect(await outside.charge(order)).toMatchObject({ outcome: 'charged' });
    expect((await effects(charges())).filter(([effect]) => effect)).toHaveLength(1);
  });

  it('expire: a key is known as long as it would have been, and stands for the call that used it anew', async () => {
    const key = { 'idempotency-key': 'one-key' };
    await outside.call('/charges', charge(order), key);
    await outside.end('SIGKILL');
    await outside.startAgain();
    await provider({ keys: 'expire', keysExpireMs: 60_000 });
    expect(await outside.call('/charges', charge(`${order}-other`), key)).toMatchObject({ status: 422 });
    await provider({ keys: 'expire', keysExpireMs: 1 });
    expect(await outside.call('/charges', charge(`${order}-other`), key)).toMatchObject({ outcome: 'charged' });
    await outside.end('SIGKILL');
    await outside.startAgain();
    expect(await outside.call('/charges', charge(order), key)).toMatchObject({ status: 422 });
  });
});

describe('the mail server', () => {
  it.each([
    ['refuse', /^451 /, [false, true]],
    ['reject', /^554 /, [false, true]],
    ['loseCall', /^$/, [false, false]],
  ])('%s: not delivered, and delivered when it comes again', async (fault, answer, line) => {
    await outside.setFaults({ mail: { [fault]: 1 } });
    expect(await mail()).toMatch(answer);
    await outside.setFaults({});
    expect(await mail()).toBe('250 Delivered');
    expect(await effects(mails())).toEqual([line, [true, true]]);
  });

  it('loseAnswer: delivered, and the connection is cut', async () => {
    await outside.setFaults({ mail: { loseAnswer: 1 } });
    expect(await mail()).toBe('');
    await outside.setFaults({});
    expect(await mail()).toBe('250 Delivered before');
    expect(await effects(mails())).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('duplicate: the mail arrives twice, and is delivered once', async () => {
    await outside.setFaults({ mail: { duplicate: 1 } });
    expect(await mail()).toBe('250 Delivered');
    expect((await effects(mails())).map(([effect]) => effect)).toEqual([true, false]);
  });

  it('down: nothing is received', async () => {
    await outside.setFaults({ mail: { down: true } });
    expect(await mail()).toBe('');
    expect(await effects(mails())).toEqual([]);
  });
});

/** Asks again and again, until the test's time limit ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}
