import type { DeadLetterInFull } from '@waybill/messaging';

/** Everything that is known of a parked message, for a person. */
export function evidenceOf(service: string, letter: DeadLetterInFull): string[] {
  const line = (name: string, value: string) => `${name.padEnd(15)}${value}`;
  return [
    line(letter.state === 'dead' ? 'dead letter' : 'waits', `${service}/${letter.id}`),
    line('message', `${letter.messageId}, ${letter.type}`),
    line('key', `${letter.key}${letter.waitingBehind > 0 ? `, ${letter.waitingBehind} later events wait behind it` : ''}`),
    line('came from', `${letter.source} (${letter.stream})`),
    line('attempts', String(letter.attempts)),
    line('first failure', letter.firstFailedAt?.toISOString() ?? 'none: it was never run'),
    line('last failure', letter.lastFailedAt?.toISOString() ?? 'none'),
    line('trace', letter.traceparent ?? 'none'),
    ...(letter.behind.length > 0 ? ['behind it (the first twenty)'] : []),
    ...letter.behind.map(({ id, type, messageId }) => `  ${service}/${id}  ${type}  ${messageId}`),
    'errors (the first and the last five are kept)',
    ...letter.errors.map(({ at, error }) => `  ${new Date(at).toISOString()}  ${error.replaceAll('\n', '\n    ')}`),
    'body',
    ...bodyOf(letter.body)
      .split('\n')
      .map((text) => `  ${text}`),
  ];
}

/** JSON is set out over lines, other text is shown as it is, and what is no text in hexadecimal. */
export function bodyOf(body: Buffer): string {
  const text = body.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(body)) return `${body.length} bytes that are not UTF-8: ${body.toString('hex')}`;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
