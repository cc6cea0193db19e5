import { newId } from '@waybill/messaging';
import { believesItsCaAlone } from '@waybill/testing';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Provider } from './provider.js';

const known = getCACertificates('default');

believesItsCaAlone({
  what: 'payment to its provider',
  async call({ host, port }, { ca }) {
    // As a service does that starts with TLS_DIR.
    setDefaultCACertificates([...known, ca]);
    const provider = new Provider({ url: `https://${host}:${port}`, key: 'a key that nobody shall read', callDeadlineMs: 1_000 });
    await provider.charge({ orderId: newId(), amount: 100, currency: 'EUR', paymentMethod: 'pm_ok' });
  },
});
