import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPorts } from '../topology.ts';
import { instanceConfiguration, PAGES, SWAGGER_UI } from './nginx.ts';

describe("nginx's configuration of an instance", () => {
  const options = {
    host: 'shop.example',
    issuer: 'https://sign-in.example',
    clientRequestsPerSecond: 500,
    keepsConnections: false,
    tls: true,
  };
  const text = instanceConfiguration({ ...defaultPorts(), 'payment-2.http': 4711 }, options);

  it('balances over the replicas of each service, least connections first, and rests one that fails for a second', () => {
    expect(text).toContain(
      [
        'upstream payment {',
        '  least_conn;',
        '  server 127.0.0.1:28120 max_fails=3 fail_timeout=1s;',
        '  server 127.0.0.1:4711 max_fails=3 fail_timeout=1s;',
        '  keepalive 256;',
        '  keepalive_timeout 60s;',
        '}',
      ].join('\n'),
    );
    expect(text.match(/^upstream (\w+) \{$/gm)).toEqual(SERVICES.map((service) => `upstream ${service} {`));
  });

  it('serves the page of the API from the packages of this project', () => {
    // A link of this name, beside the configuration: the packages' own path may hold what nginx reads as a variable.
    expect(text).toContain('set $swagger_ui swagger-ui;');
    expect(existsSync(join(SWAGGER_UI, 'swagger-ui-bundle.js'))).toBe(true);
  });

  it('serves the shop on the public origin and the console on the operations origin, as they were built', () => {
    expect(text.match(/set \$pages .*/g)).toEqual(['set $pages pages;', 'set $pages pages;']);
    for (const page of ['shop', 'console']) expect(existsSync(join(PAGES, page, 'index.html'))).toBe(true);
  });

  it('has the limit of one address, and lets as many come at once', () => {
    expect(text).toContain('limit_req_zone $binary_remote_addr zone=clients:1m rate=500r/s;');
    expect(text).toContain('limit_req zone=clients burst=500 nodelay;');
    expect(text).toContain('limit_req_zone $waybill_token zone=tokens:16m rate=500r/s;');
    expect(text).toContain('limit_req zone=tokens burst=500 nodelay;');
  });

  it("keeps clients' connections over a reload where nginx can", () => {
    const newer = instanceConfiguration(defaultPorts(), { ...options, keepsConnections: true });
    expect(newer).toContain('keepalive_min_timeout 5s;');
    expect(text).not.toContain('keepalive_min_timeout');
  });

  it('listens on loopback alone, with health and metrics of each replica on the operations origin only', () => {
    expect(text.match(/listen .*/g)).toEqual([
      'listen 127.0.0.1:8080 backlog=4096;',
      'listen 127.0.0.1:8443 ssl backlog=4096;',
      'listen 127.0.0.1:8081;',
      'listen 127.0.0.1:8444 ssl backlog=4096;',
    ]);
    const [before, operations] = text.split('listen 127.0.0.1:8081;');
    expect(operations).toMatch(
      /location ~ \^\/payment-2\(.*\)\$ \{\n {4}proxy_ssl_name payment;\n {4}proxy_pass \$inside:\/\/127\.0\.0\.1:4711\$1\$is_args\$args;\n/,
    );
    expect(before).not.toContain('location');
  });

  it('has no port of HTTPS, and asks in clear text, where TLS is off', () => {
    const clear = instanceConfiguration(defaultPorts(), { ...options, tls: false });
    expect(clear).not.toContain(' ssl');
    expect(clear).toContain('include services-clear.conf;');
    expect(text).toContain('include services-tls.conf;');
  });
});
