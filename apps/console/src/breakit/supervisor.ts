import { request } from 'node:http';
import { Problem } from '../problem.js';

/** No answer of the supervisor's is as long. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The supervisor of the processes on this machine. It takes orders over a socket in the file system, and decides which it takes. */
export class Supervisor {
  constructor(private readonly socketPath: string) {}

  /** Throws a Problem in the supervisor's words, or one that says that it does not answer. */
  ask(verb: string, argument: string, withinMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const away = (why: string) => reject(new Problem(502, `The supervisor does not answer: ${why}.`));
      const path = `/${verb}/${encodeURIComponent(argument)}`;
      const signal = AbortSignal.timeout(withinMs);
      const asked = request({ socketPath: this.socketPath, path, method: 'POST', agent: false, signal }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          if (text.length > MAX_ANSWER_BYTES) asked.destroy(new Error('it answers with more than the console reads'));
        });
        answer.once('error', (error) => away(error.message));
        answer.once('end', () => {
          try {
            const body = JSON.parse(text) as unknown;
            if (answer.statusCode === 200) resolve(body);
            else reject(new Problem(409, String((body as { error?: unknown }).error)));
          } catch {
            away('its answer is no JSON');
          }
        });
      });
      asked.once('error', (error) => away(error.name === 'AbortError' ? `nothing came within ${withinMs} ms` : error.message));
      asked.end();
    });
  }
}
