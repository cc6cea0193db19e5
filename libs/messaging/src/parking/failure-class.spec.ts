import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { ComeBack, CommitRefused, CommitUnknown, Reject, Transient } from '../errors.js';
import { classify } from './failure-class.js';

const coded = (code: string, cause?: unknown) => Object.assign(new Error('from the driver', { cause }), { code });

/** Every code of docs/failure-classes.md with the class that the page gives it. */
const documented = readFileSync(new URL('../../../../docs/failure-classes.md', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells[2]?.startsWith('`'))
  .flatMap(([, , codes, kind]) => codes!.split(' ').map((code) => [code.replaceAll('`', ''), kind!] as const));

describe('a failure', () => {
  it('has a row in the docs for each class of the database', () => {
    const classes = new Set(documented.map(([code]) => code.slice(0, 2)));
    expect([...classes]).toEqual(
      expect.arrayContaining(['08', '22', '23', '40', '42', '53', '54', '55', '57', '58', 'P0', 'XX']),
    );
  });

  it.each(documented)('with the code %s is %s, as the docs say', (code, kind) => {
    const expected = kind === 'transient' ? 'transient' : 'failure';
    expect(classify(coded(code))).toBe(expected);
    expect(classify(new TypeError('fetch failed', { cause: coded(code) }))).toBe(expected);
  });

  it.each([
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    [
      'a connection to a server that has not started yet, over TLS',
      new Error('There was an error establishing an SSL connection'),
    ],
    [
      'a connection that had broken before the query',
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    ['a connection that broke since the last statement', new QueryRunnerAlreadyReleasedError()],
    ['a connection that broke since the last statement, for an entity', new QueryRunnerProviderAlreadyReleasedError()],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a call that was given up', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
    ['a code of the database that nobody has heard of', coded('59Z99')],
    ['a commit of which nobody knows', new CommitUnknown(new Error('lost'))],
    ['an outside world that does not answer', new Transient('no answer', { cause: coded('23505') })],
  ])('of the moment is retried without limit: %s', (_, error) => expect(classify(error)).toBe('transient'));

  it.each([
    ['a bug', new TypeError('undefined is not a function')],
    ['a plain error', new Error('I did not think of that')],
    ['a constraint, whatever lies beneath', coded('23505', coded('ECONNRESET'))],
    ['a swallowed error', new CommitRefused('ROLLBACK')],
    ['something that is no error', 'oops'],
    ['nothing', undefined],
  ])('of the handler counts: %s', (_, error) => expect(classify(error)).toBe('failure'));

  it('whose causes bite their tail has a class all the same', () => {
    const error = new Error('round');
    error.cause = error;
    expect(classify(error)).toBe('failure');
  });

  it('that the handler has named is what it said', () => {
    expect(classify(new Reject('never'))).toBe('reject');
    expect(classify(new ComeBack(0, 'later'))).toBe('come-back');
  });
});
