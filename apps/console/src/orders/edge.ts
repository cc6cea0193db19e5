import { ask, type Answer } from '../ask.js';
import type { Issuer } from '../sign-in/issuer.js';

/** The public origin. The console asks there what any program may ask that acts for customers. */
export class Edge {
  constructor(
    private readonly url: string,
    private readonly issuer?: Issuer,
  ) {}

  async get(path: string): Promise<Answer> {
    return ask('The public API', this.url + path, { headers: await this.#inOwnName() });
  }

  async post(path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const json = body && { 'content-type': 'application/json' };
    return ask('The public API', this.url + path, {
      method: 'POST',
      headers: { ...headers, ...json, ...(await this.#inOwnName()) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async #inOwnName(): Promise<Record<string, string>> {
    return this.issuer ? { authorization: `Bearer ${await this.issuer.own()}` } : {};
  }
}
