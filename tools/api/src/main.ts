// npm run openapi: writes infra/nginx/docs/openapi.json, the description of everything under /api.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describePublicApi, documentFile } from './public-api.ts';

const text = JSON.stringify(await describePublicApi());
await writeFile(documentFile, await format(text, { ...(await resolveConfig(documentFile)), filepath: documentFile }));
console.log('infra/nginx/docs/openapi.json is what the services describe.');
