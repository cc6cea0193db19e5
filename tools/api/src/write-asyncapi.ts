// npm run asyncapi: writes libs/contracts/asyncapi.json, the description of every message.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { describeMessages, messagesFile } from './asyncapi.ts';

const text = JSON.stringify(describeMessages());
await writeFile(messagesFile, await format(text, { ...(await resolveConfig(messagesFile)), filepath: messagesFile }));
console.log('libs/contracts/asyncapi.json is what the contracts say.');
