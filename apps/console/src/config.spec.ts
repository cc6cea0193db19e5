import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from './config.js';

const folder = mkdtempSync(join(tmpdir(), 'console-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const KEYS = { secretKey: 's'.repeat(40), publicKey: 'p'.repeat(40), publisherKeys: ['o'.repeat(40)] };

const SET = {
  REPLICA: 'console',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '28180',
  TLS_DIR: 'off',
  EDGE_URL: 'http://127.0.0.1:8080/',
  PROMETHEUS_URL: 'http://127.0.0.1:28190/prometheus',
  WATCHED: 'order-1=127.0.0.1:28110 payment=payment:28120',
  FEED_LISTEN: 'tcp://127.0.0.1:28181',
  FEED_KEYS_FILE: fileWith('keys', JSON.stringify(KEYS)),
  FORWARD_TRACES_URL: '',
};

describe('the configuration', () => {
  it('reads whom to watch, and takes what is empty for not set', () => {
    const read = readConfig(SET);
    expect(read).toEqual({
      replica: 'console',
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 28_180 },
      edgeUrl: 'http://127.0.0.1:8080',
      prometheusUrl: 'http://127.0.0.1:28190/prometheus',
      watched: [
        { name: 'order-1', host: '127.0.0.1', port: 28_110 },
        { name: 'payment', host: 'payment', port: 28_120 },
      ],
      feed: { listen: 'tcp://127.0.0.1:28181', keys: expect.any(Function) },
      spansMaxBytes: 12 * 1024 * 1024,
    });
  });

  it('has the keys that the file has at the moment', () => {
    const read = readConfig({ ...SET, FEED_KEYS_FILE: fileWith('rotated', JSON.stringify(KEYS)) }) as Config;
    expect(read.feed.keys()).toEqual(KEYS);
    fileWith('rotated', JSON.stringify({ ...KEYS, secretKey: 'n'.repeat(40) }));
    expect(read.feed.keys()).toEqual({ ...KEYS, secretKey: 'n'.repeat(40) });
    fileWith('rotated', 'no keys');
    expect(read.feed.keys()).toEqual({ ...KEYS, secretKey: 'n'.repeat(40) });
  });

  it('tells what is wrong with the keys, and nothing that is in their file', () => {
    for (const [text, problem] of [
      ['secret, and no JSON', 'FEED_KEYS_FILE: cannot be read as JSON'],
      [JSON.stringify({ ...KEYS, secretKey: 'a short secret' }), 'FEED_KEYS_FILE.secretKey: must be a key in Z85'],
    ] as const) {
      const read = JSON.stringify(readConfig({ ...SET, FEED_KEYS_FILE: fileWith('wrong', text) }));
      expect(read).toContain(problem);
      expect(read).not.toContain('secret,');
      expect(read).not.toContain('a short secret');
    }
  });

  const TOKEN = 'a token of thirty-two letters or more';
  it('lets nothing be broken unless it is told so, whatever else it is told', () => {
    const told = {
      ...SET,
      OUTSIDE_WORLD_URL: 'http://127.0.0.1:8090',
      OUTSIDE_WORLD_TOKEN_FILE: fileWith('token', TOKEN),
      SUPERVISOR_SOCKET: '/proc/1/cwd/x.sock',
      INSTANCE: 'demo',
    };
    expect(readConfig(told)).not.toHaveProperty('breakIt');
    expect(readConfig({ ...told, BREAK_IT: 'on' })).toMatchObject({
      breakIt: {
        instance: 'demo',
        outsideWorld: { url: 'http://127.0.0.1:8090', token: expect.any(Function) },
        supervisorSocket: '/proc/1/cwd/x.sock',
      },
    });
    expect(readConfig({ ...SET, BREAK_IT: 'on' })).toEqual({
      problems: [expect.stringMatching(/^OUTSIDE_WORLD_URL: /), expect.stringMatching(/^OUTSIDE_WORLD_TOKEN_FILE: /)],
    });
  });

  it('speaks TLS unless it is told that it is off: not told at all, or without its certificate, it does not start', () => {
    const { TLS_DIR: _, ...rest } = SET;
    expect(readConfig(rest)).toEqual({ problems: [expect.stringMatching(/^TLS_DIR: /)] });
    fileWith('ca.pem', 'the CA');
    const lacking = { problems: [expect.stringMatching(/^TLS_DIR: cannot read the file .*key-and-certificate\.pem: ENOENT/)] };
    expect(readConfig({ ...SET, TLS_DIR: folder })).toEqual(lacking);
    fileWith('key-and-certificate.pem', 'a key and its certificate');
    expect(readConfig({ ...SET, TLS_DIR: folder })).toMatchObject({ tls: { ca: 'the CA', dir: folder } });
  });

  it('tells every problem at once', () => {
    const { WATCHED: _, ...rest } = SET;
    expect(readConfig({ ...rest, HTTP_PORT: '0', EDGE_URL: 'ftp://x' })).toEqual({
      problems: [
        expect.stringMatching(/^HTTP_PORT: /),
        expect.stringMatching(/^EDGE_URL: /),
        expect.stringMatching(/^WATCHED: /),
      ],
    });
    expect(readConfig({ ...SET, FEED_LISTEN: '28181' })).toEqual({ problems: [expect.stringMatching(/^FEED_LISTEN: /)] });
    expect(readConfig({ ...SET, WATCHED: 'order' })).toEqual({ problems: [expect.stringContaining('name=host:port')] });
  });
});
