import { z } from 'zod';
import { ask } from '../ask.js';
import { Problem } from '../problem.js';
import { type FaultName, type Settings, withFault } from './faults.js';

const half = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));
const settings = z.object({ seed: z.number().optional(), provider: half, mail: half });

/** The payment provider and the mail server, which play what goes wrong at such. */
export class OutsideWorld {
  constructor(private readonly at: { readonly url: string; readonly token: () => string }) {}

  async faults(): Promise<Settings> {
    return this.#read(await this.#ask({}));
  }

  async switch(name: FaultName, on: boolean): Promise<Settings> {
    const wanted = withFault(await this.faults(), name, on);
    return this.#read(await this.#ask({ method: 'PUT', body: JSON.stringify(wanted) }));
  }

  #ask(request: { readonly method?: string; readonly body?: string }) {
    const headers = { authorization: `Bearer ${this.at.token()}`, 'content-type': 'application/json' };
    return ask('The outside world', `${this.at.url}/faults`, { ...request, headers });
  }

  #read({ status, body }: { readonly status: number; readonly body: unknown }): Settings {
    const read = settings.safeParse(body);
    if (status !== 200 || !read.success) throw new Problem(502, `The outside world answered ${status}, and not with its faults.`);
    return read.data;
  }
}
