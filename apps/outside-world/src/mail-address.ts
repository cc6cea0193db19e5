import { domainToASCII } from 'node:url';

/** Octets, by RFC 5321: 64 before the @, and a path of 256 with its angle brackets. */
const LOCAL_PART_OCTETS = 64;
const ADDRESS_OCTETS = 254;

/** Why the server takes no mail for this address; undefined when it does. A domain counts as it travels, in ASCII. */
export function tooLong(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  const before = Buffer.byteLength(local);
  if (before > LOCAL_PART_OCTETS) return `More than ${LOCAL_PART_OCTETS} octets before the @`;
  const all = before + 1 + Buffer.byteLength(domainToASCII(domain) || domain);
  return all > ADDRESS_OCTETS ? `An address of more than ${ADDRESS_OCTETS} octets` : undefined;
}
