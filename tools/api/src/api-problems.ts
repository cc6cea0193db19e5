import { Validator } from '@seriousme/openapi-schema-validator';
import type { ApiDescription } from '@waybill/service';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { projectRoot } from '@waybill/kit';
import { operationsOf } from './operations.ts';
import { describePublicApi, documentFile } from './public-api.ts';
import { REQUESTS_FILE, requestsFileProblems } from './requests-file.ts';

/** Where the API's document is not what the services describe, not valid, or not what the file of requests asks. */
export async function apiProblems(): Promise<string[]> {
  const document = JSON.parse(await readFile(documentFile, 'utf8')) as ApiDescription;
  const { valid, errors } = await new Validator().validate(structuredClone(document) as object as Record<string, unknown>);
  return [
    ...(isDeepStrictEqual(document, await describePublicApi())
      ? []
      : ['infra/nginx/docs/openapi.json is not what the services describe: `npm run openapi` writes it anew']),
    ...(valid ? [] : [`infra/nginx/docs/openapi.json is no valid OpenAPI: ${JSON.stringify(errors)}`]),
    ...requestsFileProblems(await readFile(join(projectRoot, REQUESTS_FILE), 'utf8'), operationsOf(document)),
  ];
}
