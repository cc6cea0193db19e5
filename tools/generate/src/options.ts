import { parseArgs } from 'node:util';

export const HELP = `npm run generate -- service NAME --reacts-to EVENT[,EVENT] [--commands COMMAND] [--emits EVENT] [--dry-run]
  Writes a whole service: it keeps one row for each order that one of the events names, sends itself the command, handles it,
  and emits the event. With its specs, its route, its contracts, and its place in every file that lists the services.
  Names of messages are such as shipment.created.v1: what it is about, what happens, the version.
npm run generate -- handler SERVICE --reacts-to EVENT [--keeps WORD] [--dry-run]
  Writes a reaction into a service that there is, with its redelivery triad. It keeps one row for each order, of a new table
  named by WORD, or of the one that the service was generated with.
npm run generate -- message EVENT --emitted-by SERVICE [--dry-run]
npm run generate -- message COMMAND --sent-by SERVICE[,SERVICE] --handled-by SERVICE [--dry-run]
  Writes a contract with its golden file and its description. Sending and handling it is left to do.
npm run generate -- remove service NAME [--dry-run]
  Takes a service away again, with its messages.

  --dry-run  only says which files would change

  npm run generate -- service shipping --reacts-to order.confirmed.v1 --commands shipment.book.v1 --emits shipment.created.v1`;

/** What a person has asked for. */
export type Asked = { readonly dryRun: boolean; readonly service: string } & (
  | { readonly do: 'service'; readonly reactsTo: readonly string[]; readonly commands?: string; readonly emits?: string }
  | { readonly do: 'handler'; readonly reactsTo: readonly string[]; readonly keeps?: string }
  | { readonly do: 'message'; readonly type: string; readonly sentBy?: readonly string[] }
  | { readonly do: 'remove' }
);

/** @throws a sentence for a command line that asks for nothing that there is. */
export function readOptions(args: string[]): Asked {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'reacts-to': { type: 'string' },
      commands: { type: 'string' },
      emits: { type: 'string' },
      keeps: { type: 'string' },
      'emitted-by': { type: 'string' },
      'sent-by': { type: 'string' },
      'handled-by': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const [verb, ...names] = positionals;
  const { 'dry-run': dryRun, commands, emits, keeps } = values;
  const name = names[0] ?? '';
  const list = (text = '') => text.split(',').flatMap((each) => each.trim() || []);
  if (verb === 'service' && names.length === 1)
    return {
      do: 'service',
      dryRun,
      service: name,
      reactsTo: list(values['reacts-to']),
      ...(commands !== undefined && { commands }),
      ...(emits !== undefined && { emits }),
    };
  if (verb === 'handler' && names.length === 1)
    return { do: 'handler', dryRun, service: name, reactsTo: list(values['reacts-to']), ...(keeps !== undefined && { keeps }) };
  if (verb === 'message' && names.length === 1) return readMessage(name, dryRun, values);
  if (verb === 'remove' && names[0] === 'service' && names.length === 2) return { do: 'remove', dryRun, service: names[1]! };
  throw new Error(`"${positionals.join(' ')}" says not what to generate, or of which name.`);
}

/** An event has one service that emits it. A command has one that handles it, and those that send it. */
function readMessage(
  type: string,
  dryRun: boolean,
  values: { 'emitted-by'?: string; 'sent-by'?: string; 'handled-by'?: string },
): Asked {
  const { 'emitted-by': emittedBy, 'sent-by': sentBy, 'handled-by': handledBy } = values;
  if (emittedBy !== undefined && sentBy === undefined && handledBy === undefined)
    return { do: 'message', dryRun, type, service: emittedBy };
  if (emittedBy === undefined && sentBy !== undefined && handledBy !== undefined)
    return { do: 'message', dryRun, type, service: handledBy, sentBy: sentBy.split(',').map((each) => each.trim()) };
  throw new Error(`${type} is an event, and then has --emitted-by alone, or a command with --sent-by and --handled-by.`);
}
