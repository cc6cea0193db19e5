// Runs when the pages are built: it reads the services' source, so that the console leads to the line that did a step.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A piece of the source, as it was when the pages were built. */
export interface PlaceInCode {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

/** `payment payment.charge.v1`, `order POST /api/orders/:id/cancel`: what a service does, and where. */
export type Handlers = Readonly<Record<string, PlaceInCode>>;

/** What sends every message: no service has a file for it. */
export const RELAY = 'relay';

/** Every handler and every route of the services below `root`. Throws when it finds a handler of no contract. */
export function handlersIn(root: string): Handlers {
  const types = typesIn(join(root, 'libs/contracts/src'));
  const found: [string, PlaceInCode][] = [];
  for (const service of servicesIn(root, types.services))
    for (const name of sourcesIn(join(root, 'apps', service, 'src'))) {
      const file = `apps/${service}/src/${name}`;
      for (const { what, line, code } of placesIn(readFileSync(join(root, file), 'utf8'), types.byName, file))
        found.push([`${service} ${what}`, { file, line, code }]);
    }
  const relay = 'libs/messaging/src/sending/relay.ts';
  const text = readFileSync(join(root, relay), 'utf8');
  found.push([RELAY, { file: relay, line: lineOf(text, text.indexOf('export class Relay')), code: '' }]);
  return Object.fromEntries(found);
}

const HANDLER = /^( *)@Handles(?:Outside)?\((\w+)/gm;
const ROUTES = /^@Controller\('([^']*)'\)/m;
const ROUTE = /^( *)@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/gm;

function placesIn(text: string, types: ReadonlyMap<string, string>, file: string) {
  const handlers = [...text.matchAll(HANDLER)].map(({ index, 1: indent = '', 2: name = '' }) => {
    const what = types.get(name);
    if (what === undefined) throw new Error(`${file} handles ${name}, which is no contract of libs/contracts.`);
    return { what, ...pieceOf(text, index, indent) };
  });
  const base = ROUTES.exec(text)?.[1];
  const routes = [...text.matchAll(ROUTE)].map(({ index, 1: indent = '', 2: method = '', 3: path }) => {
    const what = `${method.toUpperCase()} /${[base, path].filter(Boolean).join('/')}`;
    return { what, ...pieceOf(text, index, indent) };
  });
  return [...handlers, ...routes];
}

/** A method from its first decorator to the brace that closes it: prettier keeps both at one indent. */
function pieceOf(text: string, index: number, indent: string): { readonly line: number; readonly code: string } {
  const end = text.indexOf(`\n${indent}}\n`, index);
  const code = text.slice(index, end < 0 ? undefined : end + indent.length + 2);
  return { line: lineOf(text, index), code: code.replaceAll(`\n${indent}`, '\n').slice(indent.length) };
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const CONTRACT = /^export const (\w+) = (?:event|command)\(\{\s*type: '([^']+)'/gm;
const SENDERS = /(?:sentBy|emittedBy|handledBy): (?:\[([^\]]*)\]|('\w+'))/g;

function typesIn(folder: string): { readonly byName: ReadonlyMap<string, string>; readonly services: ReadonlySet<string> } {
  const text = sourcesIn(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const named = [...text.matchAll(SENDERS)].flatMap(([, list, one]) => (list ?? one ?? '').match(/\w+/g) ?? []);
  return {
    byName: new Map([...text.matchAll(CONTRACT)].map(([, name, type]) => [name!, type!])),
    services: new Set(named),
  };
}

const servicesIn = (root: string, services: ReadonlySet<string>): string[] =>
  readdirSync(join(root, 'apps')).filter((name) => services.has(name));

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .sort();
