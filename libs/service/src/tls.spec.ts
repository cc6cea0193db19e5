import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { believesItsCaAlone } from '@waybill/testing';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DataSource } from 'typeorm';
import { databaseOptions } from './database.js';
import { SigningKeys } from './identity/signing-keys.js';
import { exporterTo } from './tracing.js';
import { ConfigError, readConfig } from './settings.js';
import { sslSetting } from './tls.js';

believesItsCaAlone({
  what: 'a service to PostgreSQL',
  before: 'postgres',
  async call({ host, port }, { ca }) {
    const access = { host, port, name: 'order', user: 'order_app', password: 'a password that nobody shall read', ssl: { ca } };
    await new DataSource({ ...databaseOptions(access, 'spec'), poolSize: 1 }).initialize();
  },
});

const known = getCACertificates('default');

believesItsCaAlone({
  what: "a service to the issuer's keys",
  async call({ host, port }, { ca }) {
    setDefaultCACertificates([...known, ca]);
    await new SigningKeys(`https://${host}:${port}/jwks`).find({ alg: 'Ed25519', kid: 'any' }, { payload: '', signature: '' });
  },
});

believesItsCaAlone({
  what: 'a service to the console, which takes its spans',
  async call({ host, port }, { ca }, signal) {
    setDefaultCACertificates([...known, ca]);
    const exporter = exporterTo(`https://${host}:${port}`);
    // It would try again for longer than anybody listens.
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      exporter.export([], () => resolve());
    });
    void exporter.shutdown();
  },
});

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig({ ssl: sslSetting() }, environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

test('a process that is not told whom to believe does not start', () => {
  expect(problemsOf({})).toEqual(['TLS_DIR: is not set']);
  const empty = mkdtempSync(join(tmpdir(), 'tls-'));
  const file = join(empty, 'ca.pem');
  expect(problemsOf({ TLS_DIR: empty })).toEqual([`TLS_DIR: cannot read the file ${file}: ENOENT. The word off turns TLS off`]);
  rmSync(empty, { recursive: true });
});

test('one that is told off speaks clear text', () => {
  expect(readConfig({ ssl: sslSetting() }, { TLS_DIR: 'off' })).toEqual({ ssl: false });
});
