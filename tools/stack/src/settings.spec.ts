import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot } from '@waybill/kit';
import { merge, portsFrom, portSetting } from './settings.ts';
import { CLIENT_REQUESTS_PER_SECOND, HOST } from './servers/balanced.ts';
import { defaultPorts } from './topology.ts';

/**
 * In containers the console, its feed and Jaeger have another address, and the issuer's name has a port in it. So the example leaves
 * them empty, and each way has its own.
 */
const FOLLOWS_FROM_MORE = [
  'WAYBILL_OTLP_ENDPOINT',
  'WAYBILL_FORWARD_TRACES_URL',
  'WAYBILL_FEED_ADDRESS',
  'WAYBILL_IDENTITY_ISSUER',
  'WAYBILL_IDENTITY_KEYS_URL',
];

describe('settings', () => {
  it('take the environment over the file, and an empty value for none', () => {
    const file = { WAYBILL_LOG_LEVEL: 'debug', WAYBILL_PORT_NGINX_EDGE: '9080' };
    expect(merge(file, { WAYBILL_LOG_LEVEL: 'warn', WAYBILL_PORT_NGINX_EDGE: '' })).toEqual({
      WAYBILL_LOG_LEVEL: 'warn',
      WAYBILL_PORT_NGINX_EDGE: '9080',
    });
  });

  it('leave out what is not of Waybill', () => {
    expect(merge({ PATH: '/bin', DATABASE_URL: 'x' }, { HOME: '/root' })).toEqual({});
  });

  it('move a port', () => {
    expect(portsFrom({ 'nginx.edge': 8080, 'order-2.http': 28111 }, { WAYBILL_PORT_ORDER_2_HTTP: '9999' })).toEqual({
      'nginx.edge': 8080,
      'order-2.http': 9999,
    });
  });

  it.each(['eighty', '0', '65536', '80.5'])('refuse the port %s by the name of its setting', (value) => {
    expect(() => portsFrom({ 'nginx.edge': 8080 }, { WAYBILL_PORT_NGINX_EDGE: value })).toThrow(
      `WAYBILL_PORT_NGINX_EDGE=${value} is not a port`,
    );
  });

  it('are all in .env.example, with their defaults', () => {
    const example = parseEnv(readFileSync(join(projectRoot, '.env.example'), 'utf8'));
    const ports = Object.fromEntries(Object.entries(defaultPorts()).map(([key, port]) => [portSetting(key), String(port)]));
    expect(example).toEqual({
      WAYBILL_LOG_LEVEL: 'info',
      WAYBILL_TUNING: '',
      WAYBILL_TLS: 'on',
      WAYBILL_FORWARD_TRACES_URL: '',
      WAYBILL_OTLP_ENDPOINT: '',
      WAYBILL_TRACES_PER_SECOND: '5',
      WAYBILL_FEED_ADDRESS: '',
      WAYBILL_PAYMENT_DEADLINE_MS: '900000',
      WAYBILL_PROVIDER_CALL_DEADLINE_MS: '5000',
      WAYBILL_BREAK_IT: 'off',
      WAYBILL_HOST: HOST,
      WAYBILL_IDENTITY_ISSUER: '',
      WAYBILL_IDENTITY_KEYS_URL: '',
      WAYBILL_IDENTITY_ALGORITHMS: '',
      WAYBILL_CLIENT_REQUESTS_PER_SECOND: String(CLIENT_REQUESTS_PER_SECOND),
      WAYBILL_LOG_RETENTION: '7d',
      WAYBILL_CONTAINER_LOGS: '/var/lib/docker/containers',
      WAYBILL_SERVER_CPUS: '2',
      ...ports,
    });
    // What the compose file reads, and with which default.
    const compose = readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8');
    for (const [, name, value] of compose.matchAll(/\$\{(WAYBILL_\w+):-([^}]*)\}/g)) {
      expect(example).toHaveProperty(name!);
      if (value && !FOLLOWS_FROM_MORE.includes(name!)) expect({ [name!]: value }).toEqual({ [name!]: example[name!] });
    }
  });
});
