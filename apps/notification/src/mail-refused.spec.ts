import { expect, test } from '@jest/globals';
import { refusalIn } from './mail-refused.js';

/** The error that nodemailer throws after such an answer to a command. */
const answered = (command: string, response: string) =>
  Object.assign(new Error(`Failed: ${response}`), { command, response, responseCode: Number(response.slice(0, 3)) });

test.each([
  ['RCPT TO', '550 No such user here'],
  ['RCPT TO', '551 User not local'],
  ['RCPT TO', '553 Mailbox name not allowed'],
  ['RCPT TO', '501 Bad recipient address syntax'],
  ['RCPT TO', '550 5.1.1 <ada@example.com>: user unknown'],
  ['RCPT TO', '550-5.2.1 The account is disabled'],
  ['RCPT TO', '554 5.1.2 No such domain'],
  ['DATA', '552 Message too large'],
  ['DATA', '554 Transaction failed'],
  ['DATA', '554 5.6.0 The content is not taken'],
])('a mail server that answers %s with %s has refused this mail for good', (command, response) => {
  expect(refusalIn(answered(command, response))).toMatchObject({
    name: 'MailRefused',
    message: response.replace('ada@example.com', '(e-mail)'),
  });
});

test.each([
  ['CONN', '554 No SMTP service here'],
  ['EHLO', '550 Who are you'],
  ['AUTH PLAIN', '535 5.7.8 Wrong password'],
  ['MAIL FROM', '550 5.1.8 The sender is not known'],
  ['MAIL FROM', '553 The sender is not allowed'],
  ['RCPT TO', '450 Try again later'],
  ['RCPT TO', '452 4.2.2 The mailbox is full'],
  ['RCPT TO', '550 5.7.1 Your address is on a list'],
  ['RCPT TO', '552 5.2.2 The mailbox is full'],
  ['RCPT TO', '554 Service unavailable, your address is on a list'],
  ['RCPT TO', '503 Bad sequence of commands'],
  ['RCPT TO', '521 5.3.2 The machine takes no mail'],
  ['DATA', '451 Local error'],
  ['DATA', '550 5.7.1 A policy'],
])('a mail server that answers %s with %s may take it another time', (command, response) => {
  expect(refusalIn(answered(command, response))).toBeUndefined();
});

test('a connection that breaks says nothing about the mail', () => {
  expect(refusalIn(Object.assign(new Error('gone'), { code: 'ECONNECTION', command: 'DATA' }))).toBeUndefined();
});

test('what a mail server says is kept short and printable', () => {
  const { message } = refusalIn(answered('RCPT TO', `550 no\r\n550 \0 \u001b[31m${'\ud83d\ude00'.repeat(400)}`))!;
  expect(message).toMatch(/^550 no 550 \[31m/);
  expect(message.length).toBeLessThanOrEqual(300);
  expect(message.isWellFormed()).toBe(true);
});
