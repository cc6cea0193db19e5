import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ASK = fileURLToPath(new URL('../dist/ask.js', import.meta.url));

describe('a question of the operator, from a process beside the outside world', () => {
  it('shows the secret that the file has', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-ask-'));
    const file = (name: string) => join(folder, name);
    for (const name of ['key', 'password', 'token']) writeFileSync(file(name), `the-${name}-of-this-test-0123456789abcdef\n`);
    const shown: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      shown.push(headers.authorization);
      response.end('answered');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const env = {
        TLS_DIR: 'off',
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String((server.address() as AddressInfo).port),
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: '28025',
        LEDGER_DIR: folder,
        SMTP_USER: 'notification',
        PROVIDER_KEY_FILE: file('key'),
        SMTP_PASSWORD_FILE: file('password'),
        OPERATOR_TOKEN_FILE: file('token'),
      };
      const { stdout } = await promisify(execFile)(process.execPath, [ASK, '/ledger/charges'], { env });
      expect([stdout, shown]).toEqual(['answered\n', ['Bearer the-token-of-this-test-0123456789abcdef']]);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
