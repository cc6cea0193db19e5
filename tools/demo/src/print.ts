import { table } from '@waybill/kit';
import type { Outcome } from './outcome.ts';
import type { RunningStack } from './running-stack.ts';
import type { Commands } from './system.ts';

const SHOWN = 20;

export function printViolations(violations: readonly string[]): void {
  if (violations.length === 0) {
    console.log('Every order is accounted for.');
    return;
  }
  console.log(`${violations.length} ${violations.length === 1 ? 'thing does' : 'things do'} not add up:`);
  for (const violation of violations.slice(0, SHOWN)) console.log(`  ${violation}`);
  if (violations.length > SHOWN) console.log(`  ... and ${violations.length - SHOWN} more`);
}

export function printOutcome({ orders, payments, mails, deadLetters, elapsedMs }: Outcome, sentTwice: number): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(`
What happened
${table([
  ['orders accepted', orders.accepted, `of ${orders.requested}; ${sentTwice} of them were sent twice with the same key`],
  ['  confirmed', orders.confirmed],
  ['  cancelled', orders.cancelled],
  ['  not settled', orders.other],
  ['charges that moved money', payments.charged, 'in the ledger of the payment provider'],
  ['charges declined', payments.declined],
  ['refunds that moved money', payments.refunded, 'orders that were cancelled after their charge'],
  ['payments voided', payments.voided, 'cancelled before any money moved'],
  ['mails delivered', mails.sent, 'in the ledger of the mail server'],
  ['dead letters', deadLetters],
])}

How long it took
${table([
  ['install and build', seconds(elapsedMs.install)],
  ['start of the servers', seconds(elapsedMs.start)],
  ['first confirmed order', seconds(elapsedMs.firstConfirmed), 'after the command was typed'],
  ['all of it', seconds(elapsedMs.total)],
])}
`);
}

/** What a person opens first. */
export function printPages({ urls }: RunningStack): void {
  console.log(`
In a browser
${table([
  [urls['operations'] ?? '', 'the console: what travels, and the journey of each order'],
  [urls['edge'] ?? '', 'the shop: what a customer sees'],
])}`);
}

/** Where to look and what to break, for a person in front of a running system. */
export function printNextSteps({ urls }: RunningStack, orderId = 'ORDER', commands: Commands): void {
  console.log(`Where to look
${table([
  [`TOKEN=$(${commands.token('support')})`, 'an access token, good for five minutes'],
  [asking(`${urls['edge']}/api/orders/${orderId}/history`), 'every state of that order'],
  [asking(`${urls['edge']}/api/payments?orderId=${orderId}`), 'what payment knows of it'],
  [asking(`${urls['edge']}/api/notifications?orderId=${orderId}`), 'what notification knows of it'],
  [commands.ledger('charges'), 'what the provider saw'],
  [commands.ledger('mails'), 'what the mail server saw'],
  ...(urls['prometheus'] ? [[urls['prometheus'], 'metrics and alerts; what to do about each: docs/runbooks']] : []),
  [commands.status, 'every service, its replicas and memory'],
  [commands.log, 'its log; -f follows it'],
])}

Who may sign in at ${urls['identity'] ?? 'the issuer'}
${table([
  ['customer, customer-2', 'at the shop'],
  ['support, operator', 'read all orders; run the system'],
  [commands.passwords, 'their passwords'],
])}

What to try, in another terminal
${table([commands.kill, commands.stopBroker, [commands.audit, 'is every order accounted for?']])}
`);
}

const asking = (url: string) => `curl -H "authorization: Bearer $TOKEN" '${url}'`;
