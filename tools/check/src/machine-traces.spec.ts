import { describe, expect, it } from '@jest/globals';
import { machineTraces } from './machine-traces.ts';

const inText = (text: string) => machineTraces([{ path: 'a.ts', text }], '/srv/build/waybill/');

// Written in pieces, so that the check does not find its own examples.
const examples: readonly (readonly [string, string])[] = [
  ['a private key', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
  ['an access token', `ghp${'_'}abcdefghijklmnopqrstuvwxyz0123`],
  ['an access key', `AKIA${'ABCDEFGHIJKLMNOP'}`],
  ['a password inside an address', `amqp://order:${'hunter2'}@127.0.0.1:5672`],
  ['a password', `password: '${'abcdefghijklmnop0123'}'`],
  ["a path in somebody's home folder", ` /home${'/ada'}/waybill`],
  ['the address of a package registry', `https://${'registry'}.example.com/`],
  ['the path of this clone', `/srv/build${'/waybill'}/apps`],
];

describe('traces of a machine', () => {
  it.each(examples)('refuses %s', (what, text) => {
    expect(inText(`// first line\n${text}\n`)).toEqual([expect.stringContaining(`a.ts:2 holds ${what}`)]);
  });

  it('lets ordinary code pass', () => {
    expect(
      inText("const user = settings.password; const url = `amqp://${user}:${password}@${host}`; join(root, '.stack')"),
    ).toEqual([]);
  });
});
