import { z85 } from './z85.js';

/**
 * Answers a question of ZeroMQ (ZAP, its RFC 27): may this client come in? CURVE alone admits everybody who knows the server's
 * public key, and has shown that the client has the secret of the key that it names. Only the publishers' keys may.
 *
 * The question's frames: version, request id, domain, address, identity, mechanism, and the client's key.
 */
export function answerTo(
  [version, request, , , , mechanism, key]: readonly Buffer[],
  publishers: ReadonlySet<string>,
): (Buffer | string)[] {
  const admitted = mechanism?.toString() === 'CURVE' && key?.length === 32 && publishers.has(z85(key));
  const [status, reason] = admitted ? ['200', 'OK'] : ['400', 'Not a key of the publishers'];
  return [version ?? '1.0', request ?? '', status!, reason!, '', ''];
}
