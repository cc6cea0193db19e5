import { expect } from '@jest/globals';

/** What `app.inject()` answers, as far as it is needed here. */
interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: string;
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** A stack trace, a file of ours or of a package, SQL, the name of a table or of a library. */
const INSIDE =
  /\n\s+at |node_modules|file:|\.[cm]?[jt]s\b|SELECT .+ FROM|INSERT INTO|UPDATE .+ SET|DELETE FROM|COMMIT\b|idempotency_keys|typeorm|postgres|fastify/i;

/** The body of an error answer. It throws unless the body is a problem of RFC 9457 that tells nothing of the inside. */
export function problemIn({ statusCode, headers, payload }: Answer): ProblemBody {
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(payload).not.toMatch(INSIDE);
  const problem = JSON.parse(payload) as ProblemBody;
  expect(problem).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status: statusCode,
    detail: expect.any(String),
  });
  return problem;
}
