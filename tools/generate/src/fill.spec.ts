import { describe, expect, test } from '@jest/globals';
import { fill, type Filling } from './fill.ts';
import { readType } from './message-type.ts';

const reactions = [
  { type: readType('order.confirmed.v1'), contract: 'orderConfirmed' },
  { type: readType('order.cancelled.v2'), contract: 'orderCancelledV2' },
];
const parcels: Filling = {
  name: 'returns',
  thing: 'invoice',
  reactions,
  reaction: reactions[1]!,
  command: readType('invoice.hand-over.v1'),
  migration: 17,
};

describe('a template', () => {
  test('gets the names of the service, of what it keeps, and of its messages', () => {
    expect(
      fill('ShippingModule, shipments: a Shipment; a shipment; BookShipment in book-shipment.ts, book(shipmentBook)', parcels),
    ).toBe('ReturnsModule, invoices: a Invoice; an invoice; HandOverInvoice in hand-over-invoice.ts, handOver(invoiceHandOver)');
  });

  test('gets the event that the file is about, with its version where another one may be there', () => {
    expect(fill('on-order-confirmed.ts: OnOrderConfirmed handles orderConfirmed, order.confirmed.v1', parcels)).toBe(
      'on-order-cancelled-v2.ts: OnOrderCancelledV2 handles orderCancelledV2, order.cancelled.v2',
    );
  });

  test('keeps a line for what the service has', () => {
    const lines = [
      'a //: command',
      'b //: event',
      'c //: command & !event',
      'd //: event | !command',
      '//: if event',
      'e',
      '//: end',
      'f',
    ];
    expect(fill(lines.join('\n'), parcels)).toBe('a\nc\nf');
  });

  test('repeats a line for each event, and writes one for the first', () => {
    expect(fill('orderConfirmed, //: each reaction\norderConfirmed //: first reaction', parcels)).toBe(
      'orderConfirmed,\norderCancelledV2,\norderConfirmed',
    );
  });

  test('with a condition that there is not is refused', () => {
    expect(() => fill('a //: evnet', parcels)).toThrow('has the condition evnet');
  });
});
