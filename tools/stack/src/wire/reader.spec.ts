import { describe, expect, it } from '@jest/globals';
import { type Canary, WireReader } from './reader.ts';

const PORTS = { 'postgres.sql': 1, 'nginx.edge': 2, 'console.feed': 3, 'order-1.http': 4 };
const SECRET: Canary = { what: 'the secret order_app', isIn: (text) => text.includes('correct-horse-battery') };

/** Each text is a packet to the port, from one client. */
function readerOf(to: number, ...texts: string[]): WireReader {
  const reader = new WireReader(PORTS, [SECRET]);
  for (const text of texts) reader.read({ from: 50_000, to, data: Buffer.from(text, 'latin1') });
  return reader;
}

describe('what somebody without a key reads on the wire', () => {
  it.each([
    ['an e-mail address', '"email":"ada@example.com"'],
    ['a token', `Bearer eyJ${'a'.repeat(30)}.eyJb`],
    ['a password in base64', 'Authorization: Basic YTpi'],
    ['a password in base64', 'AUTH PLAIN AG1haWwAcGFzc3dvcmQ='],
    ['a way to pay', '"pm_timeout_charged"'],
    ['SQL', 'INSERT INTO inbox'],
    ['the secret order_app', '\0order\0correct-horse-battery'],
  ])('is %s', (what, text) => {
    expect(readerOf(PORTS['postgres.sql'], text).problems()).toEqual([`postgres.sql: ${what} could be read`]);
  });

  it('is not what a mail server offers', () => {
    expect(readerOf(PORTS['postgres.sql'], '250-AUTH PLAIN LOGIN').problems()).toEqual([]);
  });

  it('is also what lies in two packets, and what a server answers', () => {
    expect(readerOf(PORTS['order-1.http'], 'correct-horse', '-battery').problems()).toHaveLength(1);
    const reader = new WireReader(PORTS, []);
    reader.read({ from: PORTS['order-1.http'], to: 50_000, data: Buffer.from('ada@example.com') });
    expect(reader.problems()).toHaveLength(1);
  });

  it('is a problem where everything is encrypted, the live feed included, and none where a browser comes in clear text', () => {
    expect(readerOf(PORTS['console.feed'], 'ada@example.com').problems()).toHaveLength(1);
    const edge = readerOf(PORTS['nginx.edge'], 'ada@example.com');
    expect(edge.problems()).toEqual([]);
    expect(edge.heard.get('nginx.edge')).toMatchObject({ packets: 1, read: new Set(['an e-mail address']) });
  });
});
