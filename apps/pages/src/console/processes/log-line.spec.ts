import { expect, it } from '@jest/globals';
import { logLineOf } from './log-line.ts';

it('tells the time, the level and the message of a line of ours, and the rest behind it', () => {
  const line = JSON.stringify({
    'log.level': 'info',
    '@timestamp': '2026-11-29T19:00:00.123Z',
    'service.name': 'order',
    'trace.id': 'abc',
    message: 'request',
    waybill: { status: 202 },
  });
  expect(logLineOf(line)).toEqual({
    at: '2026-11-29T19:00:00.123Z',
    level: 'info',
    text: 'request',
    more: 'trace.id=abc waybill={"status":202}',
  });
});

it.each(['2026-11-29 19:00:00 LOG: checkpoint', '{"cut off', '[1]', '{"no":"message"}', ''])('leaves %j as it is', (line) => {
  expect(logLineOf(line)).toEqual({ text: line });
});
