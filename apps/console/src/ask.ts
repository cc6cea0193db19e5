import { Problem } from './problem.js';

const ANSWER_WITHIN_MS = 3_000;
/** No answer that the console asks for is as long. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Who answers wants to be left alone for so long. */
  readonly retryAfterSeconds?: number;
}

/** Asks another part of the system. Throws a Problem that names who did not answer. */
export async function ask(
  who: string,
  url: string,
  init: RequestInit = {},
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Answer> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.timeout(withinMs), redirect: 'error' });
    text = await answer.text();
  } catch (error) {
    const { name, cause, message } = error as Error;
    const why = name === 'TimeoutError' ? `nothing came within ${withinMs} ms` : String((cause as Error)?.message || message);
    throw new Problem(502, `${who} does not answer: ${why}.`);
  }
  if (text.length > MAX_ANSWER_BYTES) throw new Problem(502, `${who} answers with more than the console reads.`);
  try {
    const body = text === '' ? null : (JSON.parse(text) as unknown);
    const retryAfter = answer.headers.get('retry-after');
    const wanted = retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? { retryAfterSeconds: Number(retryAfter) } : {};
    return { status: answer.status, body, ...wanted };
  } catch {
    throw new Problem(502, `${who} answered ${answer.status}, and no JSON.`);
  }
}
