import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { describeMessages, messagesFile } from './asyncapi.ts';

/** Where the messages' document is not what the contracts say. */
export async function messagesProblems(): Promise<string[]> {
  const document = JSON.parse(await readFile(messagesFile, 'utf8')) as object;
  // As JSON, which has no undefined.
  return isDeepStrictEqual(document, JSON.parse(JSON.stringify(describeMessages())))
    ? []
    : ['libs/contracts/asyncapi.json is not what the contracts say: `npm run asyncapi` writes it anew'];
}
