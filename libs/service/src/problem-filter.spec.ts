import { describe, expect, test } from '@jest/globals';
import { HttpException, NotFoundException } from '@nestjs/common';
import { CommitUnknown } from '@waybill/messaging';
import { problemOf } from './problem-filter.js';
import { Problem } from './problem.js';
import { invalid } from './validation.js';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

describe('what a route throws is answered as a problem', () => {
  test('a problem as it is', () => {
    const problem = new Problem(404, 'There is no order 7.');
    expect(problemOf(problem)).toBe(problem);
  });

  test('a refusal of the framework with its own words', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x')).toBody()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'Cannot GET /x',
    });
  });

  test.each(['40P01', '40001', '55P03'])('%s of the database as 409: try again soon', (code) => {
    expect(problemOf(withCode(code))).toMatchObject({ status: 409, retryAfterSeconds: 1 });
  });

  test.each(['ECONNREFUSED', 'ENETUNREACH', 'EMFILE', '57P01', '53100', '53200', '53300', '53400', '57014', '58030'])(
    '%s of the database as 503: try again',
    (code) => {
      expect(problemOf(withCode(code))).toMatchObject({ status: 503, retryAfterSeconds: 2 });
    },
  );

  test('a commit whose end nobody knows as 503: send it again', () => {
    const unknown = new CommitUnknown(new Error('secret detail'));
    expect(problemOf(unknown)).toMatchObject({ status: 503, retryAfterSeconds: 2 });
  });

  test.each([new TypeError('secret detail'), 'a string', undefined, new HttpException('secret detail', 500), withCode('23505')])(
    'anything else as 500, without a word of it',
    (error) => {
      const body = problemOf(error).toBody();
      expect(body).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'The request failed for a reason on our side.',
      });
    },
  );
});

test('wrong fields are named by their path, and each unknown field by its own', () => {
  const problem = invalid([
    { message: 'must be at least 1', path: ['lines', 0, 'quantity'] },
    { message: 'Unrecognized keys', path: ['lines', 0], keys: ['price', 'name'] },
    { message: 'expected object' },
  ]);
  expect(problem.toBody()).toMatchObject({
    status: 400,
    errors: [
      { path: 'lines.0.quantity', message: 'must be at least 1' },
      { path: 'lines.0.price', message: 'is not a known field' },
      { path: 'lines.0.name', message: 'is not a known field' },
      { path: '', message: 'expected object' },
    ],
  });
});
