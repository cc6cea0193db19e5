import { ask, type Answer } from '../ask.js';

/** The public origin. The console asks there what any client may ask. */
export class Edge {
  constructor(private readonly url: string) {}

  get(path: string): Promise<Answer> {
    return ask('The public API', this.url + path);
  }

  post(path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const json = body && { 'content-type': 'application/json' };
    return ask('The public API', this.url + path, {
      method: 'POST',
      headers: { ...headers, ...json },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}
