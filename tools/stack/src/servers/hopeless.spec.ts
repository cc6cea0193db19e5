import { describe, expect, it } from '@jest/globals';
import { hopeless } from './hopeless.ts';

const STAMP = '2026-11-29 04:07:52.394054+00:00 [error] <0.132.0>';

describe('a start that would end the same way again is told by the log', () => {
  it.each([
    [
      'rabbitmq',
      `${STAMP} Error preparing configuration in phase transform_datatypes:\n${STAMP}   - Error transforming datatype for: heartbeat\n` +
        `${STAMP}   - "much" cannot be converted to a(n) integer\n\nBOOT FAILED\n`,
      'Error transforming datatype for: heartbeat: "much" cannot be converted to a(n) integer',
    ],
    [
      'kafka',
      'org.apache.kafka.common.config.ConfigException: Invalid value many for configuration node.id: Not a number of type INT\n\tat org',
      'Invalid value many for configuration node.id: Not a number of type INT',
    ],
    [
      'postgres',
      '2026-11-29 04:07:52 UTC [1] LOG:  syntax error in file "/x/postgresql.conf" line 9, near token "="\n' +
        '2026-11-29 04:07:52 UTC [1] FATAL:  configuration file "/x/postgresql.conf" contains errors\n',
      'syntax error in file "/x/postgresql.conf" line 9, near token "="',
    ],
    [
      'postgres',
      '[1] FATAL:  database files are incompatible with server\n[1] DETAIL:  ...',
      'database files are incompatible with server',
    ],
    [
      'nginx',
      '2026/11/29 04:07:52 [emerg] 1#1: unknown directive "lissten" in /x/nginx.conf:9\n',
      'unknown directive "lissten" in /x/nginx.conf:9',
    ],
  ] as const)('of %s', (server, log, cause) => {
    expect(hopeless[server](log)).toBe(cause);
  });

  it.each([
    ['rabbitmq', `${STAMP} Failed to start Ranch listener: eaddrinuse\n`],
    ['kafka', 'org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:28092: Address already in use.'],
    ['postgres', '[1] FATAL:  could not create lock file "postmaster.pid": No space left on device'],
    ['nginx', '[emerg] 1#1: bind() to 127.0.0.1:8080 failed (98: Address already in use)'],
  ] as const)('and not of what another moment may end: %s', (server, log) => {
    expect(hopeless[server](log)).toBeUndefined();
  });
});
