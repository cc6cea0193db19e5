import { status, up, withoutObservers } from '@waybill/stack';
import { type IssuerUnderTest, issuerUnderTest } from '@waybill/testing';

/** For specs that ask the whole system as anybody: an issuer that makes a token of any kind, and both balancers' addresses. */
export interface OpenSystem {
  readonly issuer: IssuerUnderTest;
  readonly urls: Readonly<Record<string, string>>;
}

/** Brings it up. Another issuer than the stack's own, by configuration alone; and all requests of a spec come from one address. */
export async function upWithAnIssuerOfItsOwn(instance: string): Promise<OpenSystem> {
  const issuer = await issuerUnderTest();
  process.env['WAYBILL_IDENTITY_ISSUER'] = issuer.issuer;
  process.env['WAYBILL_IDENTITY_KEYS_URL'] = issuer.config.keysUrl;
  process.env['WAYBILL_CLIENT_REQUESTS_PER_SECOND'] = '100000';
  await up({ instance, only: [...withoutObservers, 'haproxy'], report: () => {} });
  return { issuer, urls: (await status(instance)).urls };
}
