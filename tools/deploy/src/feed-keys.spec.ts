import { describe, expect, it } from '@jest/globals';
import { publisherKeys, subscriberKeys } from '@waybill/activity';
import { SERVICES } from '@waybill/contracts';
import { createHash } from 'node:crypto';
import { feedKeyFiles, feedKeysSecretOf } from './feed-keys.ts';

const files = feedKeyFiles((name) => createHash('sha256').update(name).digest('base64url'));
const read = (process: string) => JSON.parse(files[feedKeysSecretOf(process)]!) as Record<string, unknown>;

describe('the keys of the live feed', () => {
  it('are a pair for each service and for the console, and the public keys of the other side', () => {
    const console = subscriberKeys.parse(read('console'));
    const services = SERVICES.map((service) => publisherKeys.parse(read(service)));
    expect(console.publisherKeys).toEqual(services.map(({ publicKey }) => publicKey));
    expect(services.map(({ subscriberKey }) => subscriberKey)).toEqual(SERVICES.map(() => console.publicKey));
    expect(new Set([console, ...services].map(({ secretKey }) => secretKey)).size).toBe(SERVICES.length + 1);
  });

  it('give no process the secret of another one', () => {
    for (const process of ['console', ...SERVICES]) {
      const others = Object.entries(files).filter(([name]) => name !== feedKeysSecretOf(process));
      for (const [, text] of others) expect(text).not.toContain(read(process)['secretKey']);
    }
  });
});
