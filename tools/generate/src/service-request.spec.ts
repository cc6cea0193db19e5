import { describe, expect, test } from '@jest/globals';
import { contracts, SERVICES } from '@waybill/contracts';
import { readService, type Known, type ServiceRequest } from './service-request.ts';

const known: Known = {
  services: SERVICES,
  contracts,
  contractNames: new Map([['order.confirmed.v1', 'orderConfirmed']]),
  taken: ['order', 'console', 'nginx'],
  routes: [],
};
const courier: ServiceRequest = {
  name: 'courier',
  reactsTo: ['order.confirmed.v1'],
  emits: 'parcel.delivered.v1',
  commands: 'parcel.collect.v1',
};
const read = (change: Partial<ServiceRequest> = {}) => readService({ ...courier, ...change }, known);

describe('a new service', () => {
  test('keeps what its messages are about', () => {
    expect(read()).toMatchObject({ thing: 'parcel', emits: { rest: 'delivered', version: 1 }, command: { rest: 'collect' } });
  });

  test('without messages keeps what it is called', () => {
    expect(read({ emits: undefined, commands: undefined })).toMatchObject({ name: 'courier', thing: 'courier' });
  });

  test.each<[string, Partial<ServiceRequest>, RegExp]>([
    ['its name is no word', { name: 'Ship-ping' }, /is no name for a service: it is one word/],
    ['its name is taken', { name: 'nginx' }, /The name nginx is taken by another part/],
    ['it reacts to nothing', { reactsTo: [] }, /Say what courier reacts to/],
    [
      'there is no such event',
      { reactsTo: ['order.lost.v1'] },
      /There is no event order\.lost\.v1\. These are there: order\.placed/,
    ],
    ['it reacts to a command', { reactsTo: ['payment.charge.v2'] }, /is a command, which payment alone handles/],
    ['a message has no version', { emits: 'parcel.delivered' }, /parcel\.delivered is not a message's name/],
    ['another service emits the event', { emits: 'payment.charged.v1' }, /is emitted by payment already/],
    ['another service handles the command', { commands: 'payment.charge.v2' }, /is handled by payment already/],
    ['the word belongs to another service', { emits: 'order.shipped.v1' }, /order\.\* are messages of order/],
    [
      'the messages are about two things',
      { commands: 'letter.collect.v1' },
      /about a parcel and letter\.collect\.v1 about a letter/,
    ],
    ['event and command are one', { commands: 'parcel.delivered.v1' }, /cannot be an event and a command/],
    ['the word is one of TypeScript', { commands: 'parcel.delete.v1' }, /delete cannot name anything/],
  ])('is refused when %s', (_, change, sentence) => {
    expect(() => read(change)).toThrow(sentence);
  });
});
