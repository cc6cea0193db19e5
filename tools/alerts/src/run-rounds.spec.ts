import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Drill } from './drill.ts';
import { runRounds } from './run-rounds.ts';

/** A Prometheus that says what a spec wants it to. */
let server: Server;
let prometheus: string;
const firingNow = new Set<string>();
beforeAll(async () => {
  server = createServer((_, response) => {
    const alerts = ['Watchdog', ...firingNow].map((alertname) => ({ state: 'firing', labels: { alertname, service: 'order' } }));
    response.end(JSON.stringify({ data: { alerts } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  prometheus = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => void server.close());

const drill = (labels: Record<string, string>, { mends = true } = {}): Drill => ({
  what: 'something is broken',
  alerts: [{ alert: 'Broken', labels }],
  begin: async () => void firingNow.add('Broken'),
  end: async () => void (mends && firingNow.delete('Broken')),
});

const run = (rounds: readonly (readonly Drill[])[]) =>
  runRounds(rounds, {
    prometheus,
    system: {} as never,
    signal: new AbortController().signal,
    say: () => undefined,
    limits: { quietMs: 10, firesWithinMs: 300, resolvesWithinMs: 300 },
  });

describe('a drill', () => {
  it('has seen its alert fire and go', async () => {
    const { seen, problems } = await run([[drill({ service: 'order' })]]);
    expect(problems).toEqual([]);
    expect(seen).toEqual([
      {
        alert: 'Broken service=order',
        cause: 'something is broken',
        firedAfterS: expect.any(Number),
        resolvedAfterS: expect.any(Number),
      },
    ]);
  });

  it('fails when its alert fires for somebody else only', async () => {
    const { problems } = await run([[drill({ service: 'payment' })]]);
    expect(problems).toEqual(['Broken service=payment did not fire: something is broken']);
  });

  it('fails when its alert stays, and when anything fires before it', async () => {
    const { problems } = await run([[drill({}, { mends: false })]]);
    expect(problems).toEqual([
      'Broken went on firing after its cause was mended: something is broken',
      'something still fires at the end',
    ]);
    expect((await run([])).problems).toContain('Broken fired while nothing was broken');
  });
});
