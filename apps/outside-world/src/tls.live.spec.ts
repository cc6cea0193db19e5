import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { certificates, eventually } from '@waybill/testing';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { OutsideWorldProcess } from './outside-world-process.js';

const dir = mkdtempSync(join(tmpdir(), 'outside-world-tls-'));
let ca: string;
let outside: OutsideWorldProcess;

/** As a rotation does it: beside, and then in its place. */
function install({ key, cert }: { key: string; cert: string }): void {
  writeFileSync(join(dir, 'new'), `${key}\n${cert}`);
  renameSync(join(dir, 'new'), join(dir, 'key-and-certificate.pem'));
}

beforeAll(async () => {
  const made = await certificates('outside-world');
  ca = made.ca;
  writeFileSync(join(dir, 'ca.pem'), ca);
  install(made.right);
  outside = await OutsideWorldProcess.start(dir);
});
afterAll(async () => {
  await outside.remove();
  rmSync(dir, { recursive: true });
});

/** The serial number of the certificate that the provider shows to whom believes this. */
const shown = (believed: string) =>
  new Promise<string>((resolve, reject) => {
    get(outside.url('/health/ready'), { ca: believed, agent: false }, (answer) => {
      const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume().once('end', () => resolve(serialNumber));
    }).once('error', reject);
  });

test('the provider shows its certificate, and a stranger to its CA goes away', async () => {
  expect(await shown(ca)).not.toBe('');
  await expect(shown((await certificates()).ca)).rejects.toMatchObject({ code: expect.stringMatching(/SIGNATURE|ISSUER|CERT/) });
});

test('the mail server takes neither a password nor a mail before STARTTLS', async () => {
  expect(await outside.mail('<1@waybill>')).toMatch(/^538 .*STARTTLS/);
  expect(await outside.mail('<2@waybill>', 'ada@example.com', [])).toMatch(/^530 /);
});

test('a certificate that was made anew is shown within seconds, without a restart, and one that is none changes nothing', async () => {
  const before = await shown(ca);
  install({ key: 'no key', cert: 'no certificate' });
  const next = await certificates('outside-world');
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  expect(await shown(ca)).toBe(before);
  install(next.right);
  await eventually('the new one is shown', async () => (await shown(next.ca)) !== before);
}, 30_000);
