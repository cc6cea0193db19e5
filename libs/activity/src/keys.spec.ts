import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { keyPairOf, publisherKeys } from './keys.js';

describe('a pair of keys', () => {
  it("is the one that ZeroMQ's own page has for these bytes", () => {
    // https://libzmq.readthedocs.io/en/latest/zmq_curve.html
    const server = Buffer.from('8E0BDD697628B91D8F245587EE95C5B04D48963F79259877B49CD9063AEAD3B7', 'hex');
    expect(keyPairOf(server)).toEqual({
      secretKey: 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6',
      publicKey: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7',
    });
  });

  it('is in the form in which a process takes it', () => {
    const [mine, other] = [keyPairOf(randomBytes(32)), keyPairOf(randomBytes(32))];
    expect(publisherKeys.parse({ ...mine, subscriberKey: other.publicKey })).toMatchObject(mine);
  });

  it('is not made from anything shorter', () => {
    expect(() => keyPairOf(Buffer.alloc(31))).toThrow('32 bytes');
  });
});
