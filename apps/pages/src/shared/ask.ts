/** RFC 9457: what a service, or nginx in its place, says when it cannot do what it was asked. */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** An answer that says no. */
export class Refused extends Error {
  readonly problem: ProblemBody;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: ProblemBody, retryAfterSeconds: number | undefined) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer: the network is gone, or it took too long. What was asked may have been done all the same. */
export class Unanswered extends Error {}

const ANSWER_WITHIN_MS = 20_000;

/** Told to the page when an answer says that nobody has signed in, or not any more. */
export const NOBODY = 'waybill:nobody';

/** Asks its own origin and reads JSON. Throws `Refused` for an answer that says no and `Unanswered` when there is none. */
export async function ask<T>(path: string, request: RequestInit = {}): Promise<T> {
  const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(path, { ...request, signal });
    // An answer that ends in its middle is none.
    text = await answer.text();
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Unanswered(`No answer from ${path}`, { cause: error });
  }
  if (answer.ok) return parsed<T>(path, text);
  if (answer.status === 401) dispatchEvent(new Event(NOBODY));
  throw new Refused(problemOf(text, answer), secondsOf(answer.headers.get('retry-after')));
}

/** A success whose body cannot be read leaves open what was done, as no answer does. */
function parsed<T>(path: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Unanswered(`The answer from ${path} cannot be read`, { cause: error });
  }
}

function problemOf(text: string, { status, statusText }: Response): ProblemBody {
  try {
    return { title: statusText, ...(JSON.parse(text) as object), status };
  } catch {
    return { title: statusText, status };
  }
}

/** `Retry-After` in seconds; its other form, a date, is not spoken here. */
export const secondsOf = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
