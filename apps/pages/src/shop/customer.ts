import { kept } from '../shared/kept.ts';
import { makeCounter } from './counter.ts';
import { placeOrder } from './api.ts';
import { wait } from '../shared/patience.ts';

/** 128 random bits. (`crypto.randomUUID` is missing on a page that came by plain HTTP from another machine.) */
const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const customer = kept('waybill.customer', '', isText);
/** Who this browser is. Nobody signs in yet: the id is made at the first visit, kept, and hard to guess. */
export function customerId(): string {
  if (!customer.read()) customer.write(random());
  return customer.read();
}

export const email = kept('waybill.email', '', isText);
export const payment = kept('waybill.payment', 'pm_ok', isText);

export const counter = makeCounter({ keeper: localStorage, send: placeOrder, newKey: random, now: Date.now, wait });
