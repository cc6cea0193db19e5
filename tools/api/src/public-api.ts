import { SERVICES } from '@waybill/contracts';
import type { ApiDescription } from '@waybill/service';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { merge } from './merge.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The document that nginx serves at /docs/openapi.json. */
export const documentFile = `${root}infra/nginx/docs/openapi.json`;

/** The API of the public origin, as the services describe it now. They must be built. */
export async function describePublicApi(): Promise<object> {
  return merge(await Promise.all(SERVICES.map((service) => describeService(service))));
}

/** A service is asked as it is deployed, in a process of its own: nobody imports an app. */
async function describeService(service: string): Promise<ApiDescription> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${root}apps/${service}/dist/describe.js`], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout) as ApiDescription;
}
