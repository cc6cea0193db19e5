import { believesItsCaAlone } from '@waybill/testing';
import { loadDefinitions } from './load-definitions.ts';

believesItsCaAlone({
  what: "the deploy step to RabbitMQ's interface",
  call({ host, port }, { ca }) {
    return loadDefinitions(
      { url: `https://${host}:${port}`, user: 'deploy', password: 'a password that nobody shall read', ca },
      '{}',
    );
  },
});
