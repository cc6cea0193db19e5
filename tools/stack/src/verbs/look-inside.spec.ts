import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { deadLetterCommand, parseId } from './dead-letters.ts';
import { replicaFor } from './dev.ts';
import { bodyOf, evidenceOf } from './evidence.ts';
import { cell } from './psql.ts';
import { serviceNamed } from '../supervision/running.ts';

describe('a cell', () => {
  it.each([
    [null, ''],
    [0, '0'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ a: [1] }, '{"a":[1]}'],
    [Buffer.from('{"id":1}'), '{"id":1}'],
    [Buffer.from([0xff, 0x00]), '\\xff00'],
  ])('shows %p as %s', (value, text) => expect(cell(value)).toBe(text));
});

describe('a dead letter', () => {
  it('is named by its service and id', () => {
    expect(parseId('payment/12')).toEqual({ service: 'payment', id: '12' });
    expect(parseId('12', 'payment')).toEqual({ service: 'payment', id: '12' });
    expect(() => parseId('12')).toThrow('Write it as payment/12, or add --service payment.');
    expect(() => parseId('payment/twelve')).toThrow('"payment/twelve" names no dead letter');
    expect(() => parseId('kiosk/12')).toThrow(`There is no service kiosk. Choose from ${SERVICES.join(', ')}.`);
  });

  it('shows every error, and its body set out when it is JSON', () => {
    const lines = evidenceOf('payment', {
      id: '12',
      state: 'dead',
      messageId: '0199c1de-5b1a-7c3e-9d4f-0123456789ab',
      type: 'payment.charge.v1',
      key: 'order-1',
      stream: 'payment.commands',
      source: 'rabbitmq payment.commands',
      attempts: 5,
      errors: [
        { at: '2026-11-24T08:00:00Z', error: 'Error: first' },
        { at: '2026-11-24T08:00:09Z', error: 'Error: last' },
      ],
      likeness: 'Error: last',
      firstFailedAt: new Date('2026-11-24T08:00:00Z'),
      lastFailedAt: null,
      traceparent: null,
      waitingBehind: 2,
      behind: [{ id: '13', type: 'payment.cancel.v1', messageId: '0199c1de-5b1a-7c3e-9d4f-0123456789ac' }],
      body: Buffer.from('{"amount":1}'),
    });
    expect(lines).toContain('key            order-1, 2 later events wait behind it');
    expect(lines).toContain('  payment/13  payment.cancel.v1  0199c1de-5b1a-7c3e-9d4f-0123456789ac');
    expect(lines).toContain('first failure  2026-11-24T08:00:00.000Z');
    expect(lines).toContain('trace          none');
    expect(lines.slice(-6)).toEqual([
      '  2026-11-24T08:00:00.000Z  Error: first',
      '  2026-11-24T08:00:09.000Z  Error: last',
      'body',
      '  {',
      '    "amount": 1',
      '  }',
    ]);
  });

  it('whose body is no JSON shows it all the same', () => {
    expect(bodyOf(Buffer.from('{oops'))).toBe('{oops');
    expect(bodyOf(Buffer.from([0xc3, 0x28]))).toBe('2 bytes that are not UTF-8: c328');
  });
});

describe('the command of dead letters', () => {
  it.each([
    [['drop'], {}, 'dead-letters can list, groups, show, redrive, discard, acts, make, not "drop".'],
    [['show'], {}, 'Which one?'],
    [['redrive'], {}, 'Which one?'],
    [['redrive', 'payment/1'], { like: 'payment/2' }, '--like names a whole group'],
    [['redrive', 'payment/1'], { 'per-second': '5' }, '--per-second is the rate of a group'],
    [['redrive'], { like: 'payment/1', 'per-second': 'fast' }, '--per-second fast is no number above 0.'],
    [['discard', 'payment/1'], { reason: ' ' }, 'Why?'],
    [['make', '0'], {}, 'How many?'],
    [['make'], { with: 'docker' }, 'no process outside the containers reaches'],
  ])('says what is wrong with %j %j before it asks anybody', async (words, options, sentence) => {
    await expect(deadLetterCommand(words, { ...options, json: false })).rejects.toThrow(sentence);
  });
});

describe('a name', () => {
  it('of a service may be that of its replica', () => {
    expect(serviceNamed('order-2')).toBe('order');
    expect(() => serviceNamed(undefined)).toThrow(`Which service? Choose from ${SERVICES.join(', ')}.`);
  });

  it('for dev is a service, whose last replica is taken, or a replica', () => {
    expect(replicaFor('order').name).toBe('order-2');
    expect(replicaFor('order-1').name).toBe('order-1');
    expect(replicaFor('outside-world').name).toBe('outside-world');
    expect(() => replicaFor('kafka')).toThrow('There is no service kafka.');
  });
});
