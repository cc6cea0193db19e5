import { describe, expect, test } from '@jest/globals';
import { createLog } from './log.js';

describe('a line of the log', () => {
  const told = (err: Error): string => {
    let written = '';
    createLog({ logLevel: 'info', replica: 'identity' }, { write: (line) => void (written += line) }).warn({ err }, 'It failed.');
    return written;
  };

  test.each(['ada.lovelace+x@mail.example.com', 'ada%40example.com'])('tells of an error without the address %s', (address) => {
    const line = told(new Error(`Key (email)=(${address}) already exists.`));
    expect(line).not.toContain(address);
    expect(JSON.parse(line)).toMatchObject({
      'error.type': 'Error',
      'error.message': 'Key (email)=((e-mail)) already exists.',
      'error.stack_trace': expect.stringMatching(/^Error: Key \(email\)=\(\(e-mail\)\) already exists\.\n {4}at .*log\.spec\.ts/),
      message: 'It failed.',
    });
  });

  test('keeps what is no address, and tells the cause without its own', () => {
    const line = told(new Error('waybill@2 has none', { cause: new Error('of bob@example.org') }));
    expect(JSON.parse(line)).toMatchObject({ 'error.message': 'waybill@2 has none: of (e-mail)' });
    expect(line).not.toContain('bob@example.org');
  });

  test('of a megabyte takes no time', () => {
    const before = process.cpuUsage();
    told(new Error(`a@${'b'.repeat(1_000_000)}`));
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(10_000);
  });
});
