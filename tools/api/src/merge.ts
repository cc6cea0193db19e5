import type { ApiDescription } from '@waybill/service';
import { isDeepStrictEqual } from 'node:util';

const INFO = {
  title: 'Waybill',
  version: '1',
  description: [
    'Orders, their payments and their mails.',
    'An order is accepted with 202 and settles a moment later: read it again until it is `confirmed` or `cancelled`.',
    'Every error is a problem of RFC 9457, `application/problem+json`.',
  ].join(' '),
  license: { name: 'MIT', identifier: 'MIT' },
};

/**
 * One document for the public origin out of those of the services.
 * @throws when two services describe the same path, or call two different things by one name.
 */
export const merge = (services: readonly ApiDescription[]) => ({
  openapi: '3.1.1',
  info: INFO,
  // Where the document came from: the page's requests go there.
  servers: [{ url: '/' }],
  tags: services.map(({ info }) => ({ name: info.title })),
  paths: united(
    'path',
    services.map(({ paths }) => paths),
    () => false,
  ),
  components: {
    schemas: united(
      'schema',
      services.map(({ components }) => components.schemas),
      isDeepStrictEqual,
    ),
    responses: united(
      'response',
      services.map(({ components }) => components.responses),
      isDeepStrictEqual,
    ),
    securitySchemes: united(
      'security scheme',
      services.map(({ components }) => components.securitySchemes),
      isDeepStrictEqual,
    ),
  },
});

function united<T>(
  kind: string,
  parts: readonly Readonly<Record<string, T>>[],
  mayMeet: (one: T, other: T) => boolean,
): Record<string, T> {
  const all: Record<string, T> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (name in all && !mayMeet(all[name]!, value))
      throw new Error(`Two services describe the ${kind} ${name}: give one another name.`);
    all[name] = value;
  }
  return all;
}
