import { believesItsCaAlone } from '@waybill/testing';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DataSource } from 'typeorm';
import { databaseOptions } from './database.js';
import { SigningKeys } from './identity/signing-keys.js';
import { exporterTo } from './tracing.js';

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
