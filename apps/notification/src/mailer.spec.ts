import { newId } from '@waybill/messaging';
import { believesItsCaAlone } from '@waybill/testing';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { composeMail } from './compose-mail.js';
import { Mailer } from './mailer.js';

const known = getCACertificates('default');

believesItsCaAlone({
  what: 'notification to the mail server',
  before: 'smtp',
  async call(at, { ca }) {
    // As a service does that starts with TLS_DIR.
    setDefaultCACertificates([...known, ca]);
    const access = { ...at, user: 'notification', password: 'a password that nobody shall read', stepTimeoutMs: 1_000 };
    const mailer = new Mailer({ ...access, startTls: true }, 2_000);
    await mailer.send('ada@example.com', composeMail(newId(), 'confirmed')).finally(() => mailer.onApplicationShutdown());
  },
});
