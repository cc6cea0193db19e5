import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { defaultPorts } from '../topology.ts';
import { clientRequestsPerSecond, hostName } from './balanced.ts';
import { instanceConfiguration } from './haproxy.ts';

describe("HAProxy's configuration of an instance", () => {
  const ports: Record<string, number> = { ...defaultPorts(), 'payment-2.http': 4711 };
  const text = instanceConfiguration(ports, false);

  it('balances over the replicas of each service, asks how each is, and has them unchecked for when all seem down', () => {
    expect(text).toContain(
      [
        'backend payment',
        '  server payment-1 127.0.0.1:28120 check',
        '  server payment-2 127.0.0.1:4711 check',
        '',
        'backend payment-unchecked',
        '  server payment-1 127.0.0.1:28120 no-check',
        '  server payment-2 127.0.0.1:4711 no-check',
        '',
      ].join('\n'),
    );
    expect(text.match(/^backend .*$/gm)).toHaveLength(2 * SERVICES.length + 1);
  });

  it("takes none for a service's replica whose certificate has another name, and asks nginx by HTTPS", () => {
    const secured = instanceConfiguration(ports, true);
    for (const service of SERVICES)
      for (const backend of [service, `${service}-unchecked`])
        expect(secured).toContain(`backend ${backend}\n  default-server verifyhost ${service}\n`);
    expect(secured).toContain(`  default-server verifyhost nginx\n  server nginx 127.0.0.1:${ports['nginx.https']} no-check\n`);
    expect(text).not.toContain('verifyhost');
  });
});

describe('the name of the edge', () => {
  it('is what a person sets, or one that browsers take for this machine', () => {
    expect(hostName({ WAYBILL_HOST: 'shop.example' })).toBe('shop.example');
    expect(hostName({})).toBe('waybill.localhost');
  });

  it.each(['', 'shop.example:80', 'a b', '*', '.example', 'x;y', 'Shop'])('is not "%s"', (value) => {
    expect(() => hostName({ WAYBILL_HOST: value })).toThrow(`WAYBILL_HOST=${value} is no name of a machine`);
  });
});

describe('the limit of one address', () => {
  it('is what a person sets, or high enough for everything on this machine', () => {
    expect(clientRequestsPerSecond({ WAYBILL_CLIENT_REQUESTS_PER_SECOND: '20' })).toBe(20);
    expect(clientRequestsPerSecond({})).toBe(1000);
  });

  it.each(['0', '-1', '1.5', 'none', '1000000'])('is not %s', (value) => {
    expect(() => clientRequestsPerSecond({ WAYBILL_CLIENT_REQUESTS_PER_SECOND: value })).toThrow(
      `WAYBILL_CLIENT_REQUESTS_PER_SECOND=${value} is no limit`,
    );
  });
});
