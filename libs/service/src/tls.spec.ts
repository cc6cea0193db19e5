import { believesItsCaAlone } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { databaseOptions } from './database.js';

believesItsCaAlone({
  what: 'a service to PostgreSQL',
  before: 'postgres',
  async call({ host, port }, { ca }) {
    const access = { host, port, name: 'order', user: 'order_app', password: 'a password that nobody shall read', ssl: { ca } };
    await new DataSource({ ...databaseOptions(access, 'spec'), poolSize: 1 }).initialize();
  },
});
