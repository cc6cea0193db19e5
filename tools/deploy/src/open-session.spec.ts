import { believesItsCaAlone } from '@waybill/testing';
import { openSession } from './open-session.ts';

believesItsCaAlone({
  what: 'the step that makes the databases to PostgreSQL',
  before: 'postgres',
  async call({ host, port }, { ca }) {
    const session = await openSession({
      host,
      port,
      ssl: { ca },
      user: 'postgres',
      password: 'a password that nobody shall read',
    });
    await session.end();
  },
});
