import { STATUS_CODES } from 'node:http';
import { Problem, problemBody } from './problem.js';

/** Why a client gets each of them. A client meets any other problem only by mistake, and finds it under `default`. */
const PROBLEMS = {
  400: 'The request is not valid: `errors` names every wrong field.',
  401: 'Nobody has signed in, or the access token is not good any more: get a new one.',
  403: 'The route is not for your role, or the order would be for somebody else.',
  404: 'There is no such thing, or it is not yours.',
  409: 'Another request works on the same thing right now. Send this one again.',
  413: 'The body is larger than 64 KB.',
  415: 'The body is not `application/json` in UTF-8, or it is compressed: `Accept` or `Accept-Encoding` says what is taken.',
  422: 'The request is well-formed and cannot be met: `errors` names what is not sold so, or the `Idempotency-Key` was used for another request.',
  429: 'Too many requests from this address.',
  503: 'No replica answers, or its database does not. Send the request again, a POST with the same `Idempotency-Key`.',
} as const;

export type DescribedProblem = keyof typeof PROBLEMS;

/** What the edge, or a database that is away, may answer in place of any route. */
export const ANYWHERE: readonly DescribedProblem[] = [429, 503];

const RETRY_AFTER = {
  'Retry-After': { description: 'After how many seconds the same request may succeed.', schema: { type: 'integer', minimum: 1 } },
};
const WWW_AUTHENTICATE = {
  'WWW-Authenticate': { description: 'What is asked for (RFC 6750).', schema: { type: 'string' } },
};
const WRONG_FIELD = { path: 'lines.0.quantity', message: 'must be at least 1' };
const WITH_RETRY_AFTER: readonly DescribedProblem[] = [409, 429, 503];

/** `Not Found` is called NotFound among the document's responses. */
export const nameOf = (status: number) => STATUS_CODES[status]!.replaceAll(' ', '');

/** Every problem once, for the document's components; `toSchema` names the schema of their body. */
export function problemResponses(toSchema: (schema: typeof problemBody) => object): Record<string, object> {
  const schema = toSchema(problemBody);
  const responses = Object.entries(PROBLEMS).map(([code, description]) => {
    const status = Number(code) as DescribedProblem;
    const example = new Problem(
      status,
      description.replaceAll('`', ''),
      status === 400 ? { errors: [WRONG_FIELD] } : {},
    ).toBody();
    return [
      nameOf(status),
      {
        description,
        ...(WITH_RETRY_AFTER.includes(status) && { headers: RETRY_AFTER }),
        ...(status === 401 && { headers: WWW_AUTHENTICATE }),
        content: { 'application/problem+json': { schema, example } },
      },
    ];
  });
  return {
    ...Object.fromEntries(responses),
    AnyOther: { description: 'Any other error is a problem as well.', content: { 'application/problem+json': { schema } } },
  };
}
