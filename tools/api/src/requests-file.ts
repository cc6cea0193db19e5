import type { Operation } from './operations.ts';

/** The file with requests to try, for an editor's HTTP client. */
export const REQUESTS_FILE = 'docs/requests.http';

const REQUEST = /^(GET|POST|PUT|PATCH|DELETE) \{\{origin\}\}(\S*?)(?:\?\S*)?$/gm;

/** What the file asks for: a variable in a path (`/api/orders/{{order}}`) is any value there. */
export const requestsIn = (file: string): { method: string; path: string }[] =>
  [...file.matchAll(REQUEST)].map(([, method, path]) => ({ method: method!, path: path! }));

/** What is described and not in the file, and what is in the file and not described. */
export function requestsFileProblems(file: string, described: readonly Operation[]): string[] {
  const requests = requestsIn(file).map(({ method, path }) => `${method} ${path.replaceAll(/\{\{[^}]*\}\}/g, '{}')}`);
  const operations = described.map((operation) => operation.replaceAll(/\{[^}]*\}/g, '{}'));
  return [
    ...described
      .filter((_, index) => !requests.includes(operations[index]!))
      .map((operation) => `${REQUESTS_FILE} lacks ${operation}`),
    ...requests
      .filter((request) => !operations.includes(request))
      .map((request) => `${REQUESTS_FILE} asks for ${request}, which no service describes`),
  ];
}
