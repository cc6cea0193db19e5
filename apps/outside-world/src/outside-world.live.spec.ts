import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The real process on free ports, with its ledgers in a folder that outlives it. */
describe('the outside world', () => {
  let dir: string;
  let ports: [http: number, smtp: number];
  let child: ChildProcess;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'outside-world-'));
    ports = [await freePort(), await freePort()];
    child = await start();
  });
  afterEach(async () => {
    await end('SIGKILL');
    rmSync(dir, { recursive: true });
  });

  it('loses no answered charge when it is killed with charges in flight', async () => {
    const answered = new Map<string, object>();
    const running = Array.from({ length: 16 }, async (_, worker) => {
      for (let n = 0; ; n += 1) {
        const reference = `order-${worker}-${n}`;
        const answer = await charge(reference, n % 5 === 0 ? 'pm_declined' : 'pm_ok').catch(() => undefined);
        if (!answer) return;
        answered.set(reference, answer);
        if (answered.size === 400) child.kill('SIGKILL');
      }
    });
    await Promise.all(running);
    expect(answered.size).toBeGreaterThanOrEqual(400);
    child = await start();

    for (const [reference, answer] of answered)
      expect(await charge(reference, reference.endsWith('0') || reference.endsWith('5') ? 'pm_declined' : 'pm_ok')).toEqual(
        answer,
      );
    const lines = await ledger('charges');
    for (const [reference, answer] of answered) {
      const moved = lines.filter((line) => line['reference'] === reference && line['effect']);
      expect([reference, moved.length]).toEqual([reference, (answer as { outcome: string }).outcome === 'charged' ? 1 : 0]);
    }
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  }, 60_000);

  it('cuts off a torn last line and goes on', async () => {
    const answer = await charge('order-1');
    await end('SIGKILL');
    appendFileSync(join(dir, 'charges.ndjson'), '{"seq":2,"at":"20');
    child = await start();
    expect(await charge('order-1')).toEqual(answer);
    expect((await ledger('charges')).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('writes exactly the public fields', async () => {
    await charge('order-1');
    await call('/charges/order-1');
    expect(await ledger('charges')).toEqual([
      { ...line(1, 'charge'), idempotencyKey: 'charge-order-1', effect: true },
      { ...line(2, 'lookup'), idempotencyKey: null, effect: false },
    ]);
  });

  it('destroys the connection where a payment method says so, after the charge or before', async () => {
    await expect(charge('order-1', 'pm_timeout_charged')).rejects.toThrow('fetch failed');
    expect(await call('/charges/order-1')).toMatchObject({ state: 'charged' });
    await expect(charge('order-2', 'pm_timeout_not_charged')).rejects.toThrow('fetch failed');
    expect(await call('/charges/order-2')).toMatchObject({ state: 'none' });
    expect(await charge('order-2', 'pm_timeout_not_charged')).toMatchObject({ outcome: 'charged' });
  });

  it('reverses once, and refuses a charge that comes after', async () => {
    const reverse = (reference: string) => call('/reversals', { reference }, { 'idempotency-key': `reverse-${reference}` });
    await charge('order-1');
    expect(await reverse('order-1')).toMatchObject({ outcome: 'refunded', amount: 2598 });
    expect(await reverse('order-2')).toMatchObject({ outcome: 'closed' });
    expect(await charge('order-2')).toMatchObject({ outcome: 'declined', reason: 'closed' });
  });

  it('answers what is wrong with problems', async () => {
    expect(await call('/charges', { reference: '', amount: 1.5 }, { 'idempotency-key': 'a' })).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([
        expect.objectContaining({ path: 'amount' }),
        expect.objectContaining({ path: 'currency' }),
      ]),
    });
    expect(await call('/charges', body('order-1'))).toMatchObject({
      status: 400,
      errors: [{ path: 'Idempotency-Key', message: 'is required' }],
    });
    expect(await call('/nothing')).toMatchObject({ status: 404, title: 'Not Found' });
    await charge('order-1');
    expect(await call('/charges', { ...body('order-1'), amount: 1 }, { 'idempotency-key': 'charge-order-1' })).toMatchObject({
      status: 422,
    });
  });

  it('does what its faults are set to', async () => {
    const faults = (settings: object) => fetch(url('/faults'), { method: 'PUT', headers: json, body: JSON.stringify(settings) });
    expect((await faults({ provider: { refuse: 2 } })).status).toBe(400);

    await faults({ provider: { refuse: 1 } });
    expect(await charge('order-1')).toMatchObject({ status: 503 });
    await faults({ provider: { loseAnswer: 1 } });
    await expect(charge('order-1')).rejects.toThrow('fetch failed');
    await faults({ provider: { duplicate: 1 } });
    expect(await charge('order-1')).toMatchObject({ outcome: 'charged' });
    await faults({ provider: { down: true } });
    await expect(charge('order-1')).rejects.toThrow('fetch failed');
    expect((await ledger('charges')).map(({ effect, answered }) => [effect, answered])).toEqual([
      [false, true],
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  it('delivers a mail once, and says so in the ledger, also after a kill', async () => {
    expect(await mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered');
    expect(await mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered before');
    await end('SIGKILL');
    child = await start();
    expect(await mail('<order-1.confirmed@waybill.example>')).toBe('250 Delivered before');
    const first = {
      seq: 1,
      to: 'ada@example.com',
      subject: 'Your order',
      orderId: 'order-1',
      messageId: '<order-1.confirmed@waybill.example>',
    };
    const lines = await ledger('mails');
    expect(lines[0]).toEqual({ ...first, at: expect.any(String), effect: true, answered: true });
    expect(lines.map(({ effect }) => effect)).toEqual([true, false, false]);
  });

  it('loses the answer to a mail, or refuses it, where its faults say so', async () => {
    const faults = (mail: object) => fetch(url('/faults'), { method: 'PUT', headers: json, body: JSON.stringify({ mail }) });
    await faults({ refuse: 1 });
    expect(await mail('<a@b>')).toMatch(/^451 /);
    await faults({ loseAnswer: 1 });
    expect(await mail('<a@b>')).toBe('');
    await faults({ down: true });
    expect(await mail('<a@b>')).toBe('');
    expect((await ledger('mails')).map(({ effect, answered }) => [effect, answered])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('ends cleanly when it is asked to', async () => {
    await charge('order-1');
    expect(await end('SIGTERM')).toEqual([null, 'SIGTERM']);
  });

  async function start(): Promise<ChildProcess> {
    const [http, smtp] = ports.map(String);
    const started = spawn(process.execPath, [MAIN], {
      env: {
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: http,
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: smtp,
        LEDGER_DIR: dir,
        LOG_LEVEL: 'info',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    for await (const text of createInterface({ input: started.stdout! })) {
      said.push(text);
      if (text.includes('answers')) break;
    }
    started.stdout!.resume();
    if (started.exitCode !== null) throw new Error(`It ended at once:\n${said.join('\n')}`);
    return started;
  }

  async function end(signal: NodeJS.Signals) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    return once(child, 'exit');
  }

  const url = (path: string) => `http://127.0.0.1:${ports[0]}${path}`;
  const json = { 'content-type': 'application/json' };
  const body = (reference: string, paymentMethod = 'pm_ok') => ({ reference, amount: 2598, currency: 'EUR', paymentMethod });
  const line = (seq: number, kind: string) => ({
    seq,
    at: expect.any(String),
    kind,
    reference: 'order-1',
    amount: 2598,
    currency: 'EUR',
    answered: true,
  });

  async function call(path: string, data?: object, headers: Record<string, string> = {}): Promise<object> {
    const request = data ? { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(data) } : {};
    return (await (await fetch(url(path), request)).json()) as object;
  }

  const charge = (reference: string, method?: string) =>
    call('/charges', body(reference, method), { 'idempotency-key': `charge-${reference}` });

  async function ledger(name: 'charges' | 'mails'): Promise<Record<string, unknown>[]> {
    const text = await (await fetch(url(`/ledger/${name}`))).text();
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends a mail by hand and gives the server's last answer; empty when the connection was cut off in its place. */
  async function mail(messageId: string): Promise<string> {
    const said = ['EHLO here', 'MAIL FROM:<orders@waybill.example>', 'RCPT TO:<ada@example.com>', 'DATA'];
    const text = `To: ada@example.com\r\nSubject: Your order\r\nMessage-ID: ${messageId}\r\nX-Order-Id: order-1\r\n\r\nHello\r\n.`;
    const steps = [...said, text];
    const socket = connect(ports[1], '127.0.0.1');
    for await (const answer of createInterface({ input: socket })) {
      if (/^\d{3}-/.test(answer)) continue;
      const step = steps.shift();
      if (step === undefined) {
        socket.destroy();
        return answer;
      }
      socket.write(`${step}\r\n`);
    }
    return '';
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
