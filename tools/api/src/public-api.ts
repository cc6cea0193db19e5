import { SERVICES } from '@waybill/contracts';
import type { ApiDescription } from '@waybill/service';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import { merge } from './merge.ts';

/** The document that nginx serves at /docs/openapi.json. */
export const documentFile = join(projectRoot, 'infra/nginx/docs/openapi.json');

/** The API of the public origin, as the services describe it now. They must be built. */
export async function describePublicApi(): Promise<object> {
  return merge(await Promise.all(SERVICES.map((service) => describeService(service))));
}

/** Asks a service as it is deployed, in a separate process: nobody imports an app. */
async function describeService(service: string): Promise<ApiDescription> {
  const described = await run(process.execPath, [join(projectRoot, `apps/${service}/dist/describe.js`)]);
  return JSON.parse(described) as ApiDescription;
}
