import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { certificates, type Certificates } from '@waybill/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutualTls } from './tls-server.js';

const dir = mkdtempSync(join(tmpdir(), 'tls-server-'));
let made: Certificates;
let server: Server;
beforeAll(async () => {
  made = await certificates('order');
  writeFileSync(join(dir, 'key-and-certificate.pem'), `${made.right.key}\n${made.right.cert}`);
  server = createServer(mutualTls({ ca: made.ca, dir }), (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

const askWith = (pair?: Certificates['client']) =>
  new Promise((resolve) => {
    const { port } = server.address() as AddressInfo;
    get({ host: '127.0.0.1', port, ca: made.ca, servername: 'order', agent: false, ...pair }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', () => resolve('refused'));
  });

test('a service lets in who has a certificate for calling, and nobody without', async () => {
  expect(await askWith(made.client)).toBe(200);
  expect(await askWith()).toBe('refused');
});

test('a service does not let another service in, whose certificate is for serving', async () => {
  expect(await askWith(made.right)).toBe('refused');
});

test('a service does not let in whom another CA has signed', async () => {
  expect(await askWith((await certificates()).client)).toBe('refused');
});
