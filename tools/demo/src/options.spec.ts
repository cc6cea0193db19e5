import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

describe('the command line', () => {
  it('has defaults', () =>
    expect(readOptions([])).toEqual({
      command: 'demo',
      once: false,
      orders: 200,
      json: undefined,
      patience: 10,
      instance: undefined,
      with: undefined,
    }));
  it('knows Docker, and no other way', () => {
    expect(readOptions(['--with', 'docker'])).toMatchObject({ command: 'demo', with: 'docker' });
    expect(() => readOptions(['--with', 'podman'])).toThrow('there is `--with docker` alone');
  });
  it('knows the audit', () =>
    expect(readOptions(['audit', '--instance', 'e2e'])).toMatchObject({ command: 'audit', instance: 'e2e' }));
  it('knows how long the audit may wait', () =>
    expect(readOptions(['audit', '--patience', '45'])).toMatchObject({ command: 'audit', patience: 45 }));
  it.each([['0'], ['1.5'], ['many'], ['']])('refuses --orders=%s in a sentence', (orders) =>
    expect(() => readOptions([`--orders=${orders}`])).toThrow('give a whole number'),
  );
  it('refuses what it does not know', () => {
    expect(() => readOptions(['--onec'])).toThrow('onec');
    expect(() => readOptions(['adit'])).toThrow('There is no "adit"');
  });
});
