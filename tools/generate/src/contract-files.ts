// The text of libs/contracts/src, as a person would change it. Prettier lays it out afterwards.

/** The three imports that every file of contracts begins with; `withMessage` fills them. */
export const EMPTY_FILE = `import { z } from 'zod';
import {} from './contract.js';
import {} from './parts.js';
`;

/** Adds a message behind the others of its service, and imports what it is made of. */
export function withMessage(text: string, message: string): string {
  const used = (names: readonly string[]) => names.filter((name) => new RegExp(`\\b${name}\\b`).test(message));
  const imported = importing(importing(text, './contract.js', used(['command', 'event'])), './parts.js', used(PARTS));
  return `${imported.trimEnd()}\n\n${message}`;
}

/** What a generated payload is made of. */
const PARTS = ['instant', 'orderId', 'version'];

function importing(text: string, from: string, names: readonly string[]): string {
  return text.replace(new RegExp(`import \\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}';`), (_, there: string) => {
    const all = new Set([...listed(there), ...names]);
    return `import { ${[...all].toSorted().join(', ')} } from '${from}';`;
  });
}

const listed = (names: string) => names.split(',').flatMap((name) => name.trim() || []);

/** Names the messages of a service in the index: imports them, lists them, and exports the file. */
export function inIndex(index: string, service: string, names: readonly string[]): string {
  const file = `./${service}.js`;
  const imports = new RegExp(`import \\{([^}]*)\\} from '\\./${service}\\.js';`);
  const imported = imports.test(index)
    ? importing(index, file, names)
    : index.replace(/(?<=from '\.\/[\w-]+\.js';\n)(?=\n)/, `import { ${names.join(', ')} } from '${file}';\n`);
  const list = names.filter((name) => !new RegExp(`\\n {2}${name},`).test(imported));
  const listing = imported.replace(/\n\] as readonly Contract\[\]/, `${list.map((name) => `\n  ${name},`).join('')}$&`);
  const line = `export * from '${file}';`;
  if (listing.includes(line)) return listing;
  // Each other line stays where it is: taking this one out again leaves the file as it was.
  const next = [...listing.matchAll(/^export \* from '.*';$/gm)].find(([found]) => found > line);
  return next ? `${listing.slice(0, next.index)}${line}\n${listing.slice(next.index)}` : `${listing.trimEnd()}\n${line}\n`;
}

/** Takes a service's file out of the index. */
export function outOfIndex(index: string, service: string): string {
  const imports = new RegExp(`import \\{([^}]*)\\} from '\\./${service}\\.js';\\n`);
  const names = listed(imports.exec(index)?.[1] ?? '');
  return index
    .replace(imports, '')
    .replace(`export * from './${service}.js';\n`, '')
    .replaceAll(/^ {2}(\w+),\n/gm, (line, name: string) => (names.includes(name) ? '' : line));
}

/** A list of one contract: who handles an event, or who sends a command. */
export type List = 'handledBy' | 'sentBy';

/** Changes one list of one contract, wherever the file has it. Undefined: the contract is in another file. */
export function changeList(
  file: string,
  type: string,
  list: List,
  change: (services: readonly string[]) => readonly string[],
): string | undefined {
  const pattern = new RegExp(`(type: '${type.replaceAll('.', '\\.')}',[^]*?\\b${list}: \\[)([^\\]]*)\\]`);
  if (!file.includes(`type: '${type}'`)) return undefined;
  return file.replace(pattern, (_, before: string, services: string) => {
    const names = listed(services).map((name) => name.replaceAll("'", ''));
    const quoted = change(names).map((name) => `'${name}'`);
    return `${before}${quoted.join(', ')}]`;
  });
}
