import { believesItsCaAlone } from '@waybill/testing';
import { openDatabase } from './database.js';

believesItsCaAlone({
  what: 'the issuer to PostgreSQL',
  before: 'postgres',
  async call({ host, port }, { ca }) {
    const access = {
      host,
      port,
      name: 'identity',
      user: 'identity_app',
      password: 'a password that nobody shall read',
      ssl: { ca },
    };
    const pool = openDatabase(access, 'spec');
    await pool.query('SELECT 1').finally(() => pool.end());
  },
});
