import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { charge, CLIENT, OPERATOR, OutsideWorldProcess, WRONG_SIGN_IN } from './outside-world-process.js';

const LONG_LOCAL = 'x'.repeat(64);

describe('the outside world', () => {
  let outside: OutsideWorldProcess;

  beforeEach(async () => {
    outside = await OutsideWorldProcess.start();
  });
  afterEach(() => outside.remove());

  it('loses no answered charge when it is killed with charges in flight', async () => {
    const answered = new Map<string, object>();
    const running = Array.from({ length: 16 }, async (_, worker) => {
      for (let n = 0; ; n += 1) {
        const reference = `order-${worker}-${n}`;
        const answer = await outside.charge(reference, n % 5 === 0 ? 'pm_declined' : 'pm_ok').catch(() => undefined);
        if (!answer) return;
        answered.set(reference, answer);
        if (answered.size === 400) outside.kill();
      }
    });
    await Promise.all(running);
    expect(answered.size).toBeGreaterThanOrEqual(400);
    await outside.startAgain();

    for (const [reference, answer] of answered)
      expect(
        await outside.charge(reference, reference.endsWith('0') || reference.endsWith('5') ? 'pm_declined' : 'pm_ok'),
      ).toEqual(answer);
    const lines = await outside.ledger('charges');
    for (const [reference, answer] of answered) {
      const moved = lines.filter((line) => line['reference'] === reference && line['effect']);
      expect([reference, moved.length]).toEqual([reference, (answer as { outcome: string }).outcome === 'charged' ? 1 : 0]);
    }
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  });

  it('cuts off a torn last line and goes on', async () => {
    const answer = await outside.charge('order-1');
    await outside.end('SIGKILL');
    appendFileSync(join(outside.dir, 'charges.ndjson'), '{"seq":2,"at":"20');
    await outside.startAgain();
    expect(await outside.charge('order-1')).toEqual(answer);
    expect((await outside.ledger('charges')).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('writes exactly the public fields', async () => {
    await outside.charge('order-1');
    await outside.lookUp('order-1');
    expect(await outside.ledger('charges')).toEqual([
      { ...line(1, 'charge'), idempotencyKey: 'charge-order-1', effect: true },
      { ...line(2, 'lookup'), idempotencyKey: null, effect: false },
    ]);
  });

  it('destroys the connection where a payment method says so, after the charge or before', async () => {
    await expect(outside.charge('order-1', 'pm_timeout_charged')).rejects.toThrow('fetch failed');
    expect(await outside.lookUp('order-1')).toMatchObject({ state: 'charged' });
    await expect(outside.charge('order-2', 'pm_timeout_not_charged')).rejects.toThrow('fetch failed');
    expect(await outside.lookUp('order-2')).toMatchObject({ state: 'none' });
    expect(await outside.charge('order-2', 'pm_timeout_not_charged')).toMatchObject({ outcome: 'charged' });
  });

  it('reverses once, and refuses a charge that comes after', async () => {
    await outside.charge('order-1');
    expect(await outside.reverse('order-1')).toMatchObject({ outcome: 'refunded', amount: 2598 });
    expect(await outside.reverse('order-2')).toMatchObject({ outcome: 'closed' });
    expect(await outside.charge('order-2')).toMatchObject({ outcome: 'declined', reason: 'closed' });
  });

  it('answers what is wrong with problems', async () => {
    expect(await outside.call('/charges', { reference: '', amount: 1.5 }, { 'idempotency-key': 'a' })).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([
        expect.objectContaining({ path: 'amount' }),
        expect.objectContaining({ path: 'currency' }),
      ]),
    });
    expect(await outside.call('/charges', charge('order-1'))).toMatchObject({
      status: 400,
      errors: [{ path: 'Idempotency-Key', message: 'is required' }],
    });
    expect(await outside.call('/nothing')).toMatchObject({ status: 404, title: 'Not Found' });
    await outside.charge('order-1');
    expect(
      await outside.call('/charges', { ...charge('order-1'), amount: 1 }, { 'idempotency-key': 'charge-order-1' }),
    ).toMatchObject({
      status: 422,
    });
  });

  it('delivers a mail once, and says so in the ledger, also after a kill', async () => {
    expect(await outside.mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered');
    expect(await outside.mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered before');
    await outside.end('SIGKILL');
    await outside.startAgain();
    expect(await outside.mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered before');
    const first = {
      seq: 1,
      to: 'ada@example.com',
      subject: 'Your order',
      orderId: 'order-1',
      messageId: '<order-1.confirmed@waybill.example>',
    };
    const lines = await outside.ledger('mails');
    expect(lines[0]).toEqual({ ...first, at: expect.any(String), effect: true, answered: true });
    expect(lines.map(({ effect }) => effect)).toEqual([true, false, false]);
  });

  it.each([
    ['of 64 octets before the @', `${'x'.repeat(64)}@example.com`, /^250 /],
    ['of 65', `${'x'.repeat(65)}@example.com`, /^553 More than 64 octets/],
    ['of 254 octets', `${LONG_LOCAL}@${'xyz.'.repeat(46)}xy.co`, /^250 /],
    ['of 255', `${LONG_LOCAL}@${'xyz.'.repeat(46)}xyz.co`, /^553 An address of more than 254/],
    ['of 254 whose domain is shorter when it is read', `${LONG_LOCAL}@${'xyz.'.repeat(42)}xn--e1afmkfd.xn--p1ai`, /^250 /],
  ])('takes mail for addresses up to the limits of SMTP: %s', async (_, to, answer) => {
    expect(await outside.mail('<order-1.confirmed@waybill.example>', to)).toMatch(answer);
  });

  it('counts calls and mails by what they were answered', async () => {
    await outside.charge('order-1');
    await outside.call('/charges', { ...charge('order-1'), amount: 1 }, { 'idempotency-key': 'charge-order-1' });
    await outside.mail('<a@b>');
    await outside.setFaults({ provider: { refuse: 1 }, mail: { reject: 1 } });
    await outside.lookUp('order-1');
    await outside.mail('<a@b>');
    await outside.setFaults({ provider: { down: true } });
    await expect(outside.reverse('order-1')).rejects.toThrow('fetch failed');

    const text = await (await fetch(outside.url('/metrics'))).text();
    const counts = [...text.matchAll(/^outside_call_seconds_count\{call="(\w+)",answer="(\w+)"\} (\d+)$/gm)];
    expect(counts.map(([, ...each]) => each.join(' '))).toEqual([
      'charge 200 1',
      'charge 422 1',
      'mail 250 1',
      'lookup 503 1',
      'mail 554 1',
      'refund none 1',
    ]);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('ends in time when it is asked to, and gives what is slow its answer first', async () => {
    await outside.setFaults({ provider: { slowMs: 60_000 }, mail: { slowMs: 60_000 } });
    const answers = [outside.charge('order-1'), outside.mail('<a@b>')];
    const lookUp = fetch(outside.url('/charges/order-2'), { headers: CLIENT });
    while ((await outside.ledger('charges')).length < 2 || (await outside.ledger('mails')).length < 1);

    expect(await outside.end('SIGTERM')).toEqual([null, 'SIGTERM']);
    expect(await Promise.all(answers)).toEqual([expect.objectContaining({ outcome: 'charged' }), '250 Delivered']);
    expect((await lookUp).headers.get('connection')).toBe('close');
  });

  const line = (seq: number, kind: string) => ({
    seq,
    at: expect.any(String),
    kind,
    reference: 'order-1',
    amount: 2598,
    currency: 'EUR',
    answered: true,
  });
});

describe('a door', () => {
  let outside: OutsideWorldProcess;
  beforeEach(async () => {
    outside = await OutsideWorldProcess.start();
  });
  afterEach(() => outside.remove());

  const asked = async (method: string, path: string, authorization?: string) => {
    const answer = await fetch(outside.url(path), {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...(authorization && { authorization }) },
      ...(method !== 'GET' && { body: JSON.stringify(path === '/charges' ? charge('order-1') : { reference: 'order-1' }) }),
    });
    return [answer.status, answer.headers.get('www-authenticate')];
  };

  it.each([
    ['POST', '/charges', 'client'],
    ['GET', '/charges/order-1', 'client'],
    ['POST', '/reversals', 'client'],
    ['GET', '/ledger/charges', 'operator'],
    ['GET', '/ledger/mails', 'operator'],
    ['GET', '/faults', 'operator'],
    ['PUT', '/faults', 'operator'],
  ] as const)('of %s %s opens for the %s alone, and the ledger knows of nobody else', async (method, path, whose) => {
    const { authorization } = whose === 'client' ? CLIENT : OPERATOR;
    const other = whose === 'client' ? OPERATOR.authorization : CLIENT.authorization;
    for (const wrong of [
      undefined,
      'Bearer',
      'Bearer a guess',
      `${authorization}x`,
      authorization.replace('Bearer', 'Basic'),
      other,
    ])
      expect([wrong, ...(await asked(method, path, wrong))]).toEqual([wrong, 401, 'Bearer']);
    expect(await outside.ledger('charges')).toEqual([]);
    expect((await asked(method, path, authorization))[0]).not.toBe(401);
  });

  it('of health and metrics is open', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) expect((await asked('GET', path))[0]).toBe(200);
  });

  it('of the mail server opens for a password alone', async () => {
    expect(await outside.mail('<a@b>', 'ada@example.com', [])).toMatch(/^530 /);
    expect(await outside.mail('<a@b>', 'ada@example.com', [WRONG_SIGN_IN])).toMatch(/^535 /);
    expect(await outside.ledger('mails')).toEqual([]);
    expect(await outside.mail('<a@b>')).toBe('250 Delivered');
  });
});
