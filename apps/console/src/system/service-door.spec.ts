import { believesItsCaAlone } from '@waybill/testing';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '../ask.js';
import { ServiceDoor } from './service-door.js';

believesItsCaAlone({
  what: 'the console to a replica of order',
  name: 'order',
  async call({ host, port }, { ca, client }) {
    const dir = mkdtempSync(join(tmpdir(), 'console-'));
    writeFileSync(join(dir, 'key-and-certificate.pem'), `${client.key}\n${client.cert}`);
    const door = new ServiceDoor({ ca, dir });
    const request = { headers: { authorization: 'Bearer a token that nobody shall read' }, ...door.through('order') };
    await ask('The service order', door.url(`${host}:${port}`, '/operations/dead-letters'), request);
  },
});
