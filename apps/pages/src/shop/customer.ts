import { kept } from '../shared/kept.ts';
import { makeCounter } from './counter.ts';
import { placeOrder } from './api.ts';
import { wait } from '../shared/patience.ts';
import { session } from './sign-in/signed-in.ts';

/** 128 random bits. (`crypto.randomUUID` is missing on a page that came by plain HTTP from another machine.) */
const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const payment = kept('waybill.payment', 'pm_ok', isText);

export const counter = makeCounter({
  keeper: localStorage,
  send: placeOrder,
  // What another person has left without an answer on this machine is that person's to ask for.
  isMine: ({ customerId }) => customerId === session.person.read()?.sub,
  newKey: random,
  now: Date.now,
  wait,
});
