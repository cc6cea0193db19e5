/** Speaks to Elasticsearch as one of its users. */
export class Client {
  readonly #url: string;
  readonly #authorization: string;

  constructor(url: string, user: string, password: string) {
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  get = <T>(path: string): Promise<T> => this.#ask('GET', path);
  post = <T>(path: string, body: object): Promise<T> => this.#ask('POST', path, JSON.stringify(body));

  /** The status of each document: 201 for a new one, 409 for one that is there. */
  async create(stream: string, documents: readonly { readonly id: string; readonly source: object }[]): Promise<number[]> {
    const lines = documents.flatMap(({ id, source }) => [JSON.stringify({ create: { _id: id } }), JSON.stringify(source)]);
    const { items } = await this.#ask<{ items: { create: { status: number } }[] }>(
      'POST',
      `/${stream}/_bulk?refresh=true`,
      `${lines.join('\n')}\n`,
    );
    return items.map(({ create }) => create.status);
  }

  /** The status that a request is refused with; 0 when it is not. */
  refused = (request: Promise<unknown>): Promise<number> =>
    request.then(
      () => 0,
      (error: { status?: number }) => error.status ?? -1,
    );

  async #ask<T>(method: string, path: string, body?: string): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: this.#authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (!response.ok)
      throw Object.assign(new Error(`${method} ${path} is answered with ${response.status}: ${text.slice(0, 1000)}`), {
        status: response.status,
      });
    return JSON.parse(text) as T;
  }
}
