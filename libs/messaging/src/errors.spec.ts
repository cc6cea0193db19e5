import { describe, expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { classify, ComeBack, CommitRefused, CommitUnknown, Reject, Transient } from './errors.js';

const coded = (code: string) => Object.assign(new Error('from the driver'), { code });

describe('a failure', () => {
  it.each([
    ['a deadlock', coded('40P01')],
    ['a lock timeout', coded('55P03')],
    ['a server that starts up', coded('57P03')],
    ['a connection that is refused', coded('ECONNREFUSED')],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    [
      'a connection that had broken before the query',
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    ['a connection that broke since the last statement', new QueryRunnerAlreadyReleasedError()],
    ['a connection that broke since the last statement, for an entity', new QueryRunnerProviderAlreadyReleasedError()],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a commit of which nobody knows', new CommitUnknown(new Error('lost'))],
    ['an outside world that does not answer', new Transient('no answer')],
  ])('of the moment is retried without limit: %s', (_, error) => expect(classify(error)).toBe('transient'));

  it.each([
    ['a bug', new TypeError('undefined is not a function')],
    ['a constraint', coded('23505')],
    ['a swallowed error', new CommitRefused('ROLLBACK')],
    ['something that is no error', 'oops'],
  ])('of the handler counts: %s', (_, error) => expect(classify(error)).toBe('failure'));

  it('that the handler has named is what it said', () => {
    expect(classify(new Reject('never'))).toBe('reject');
    expect(classify(new ComeBack(new Date(), 'later'))).toBe('come-back');
  });
});
