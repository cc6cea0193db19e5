import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

const SET = {
  REPLICA: 'console',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '28180',
  EDGE_URL: 'http://127.0.0.1:8080/',
  PROMETHEUS_URL: 'http://127.0.0.1:28190/prometheus',
  WATCHED: 'order-1=127.0.0.1:28110 payment=payment:28120',
  FORWARD_TRACES_URL: '',
};

describe('the configuration', () => {
  it('reads whom to watch, and takes what is empty for not set', () => {
    expect(readConfig(SET)).toEqual({
      replica: 'console',
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 28_180 },
      edgeUrl: 'http://127.0.0.1:8080',
      prometheusUrl: 'http://127.0.0.1:28190/prometheus',
      watched: [
        { name: 'order-1', host: '127.0.0.1', port: 28_110 },
        { name: 'payment', host: 'payment', port: 28_120 },
      ],
      spansMaxBytes: 12 * 1024 * 1024,
    });
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
    expect(readConfig({ ...SET, WATCHED: 'order' })).toEqual({ problems: [expect.stringContaining('name=host:port')] });
  });
});
