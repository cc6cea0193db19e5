import type { Contract } from '@waybill/contracts';
import { readType, type MessageType } from './message-type.ts';

/** What the command line asks for. */
export interface ServiceRequest {
  readonly name: string;
  readonly reactsTo: readonly string[];
  readonly emits?: string | undefined;
  readonly commands?: string | undefined;
}

/** A service to write: what its name and its messages give. */
export interface NewService {
  readonly name: string;
  /** What it keeps one row of for each order: `shipment`. */
  readonly thing: string;
  readonly reactions: readonly Reaction[];
  readonly emits?: MessageType;
  readonly command?: MessageType;
}

/** An event that it reacts to, and the contract's name in code. */
export interface Reaction {
  readonly type: MessageType;
  readonly contract: string;
}

/** What there is already. */
export interface Known {
  readonly services: readonly string[];
  readonly contracts: readonly Contract[];
  /** The name of each contract in code, by its type. */
  readonly contractNames: ReadonlyMap<string, string>;
  /** The names that something else has: apps, and parts of the stack. */
  readonly taken: readonly string[];
  /** The addresses of the API. */
  readonly routes: readonly string[];
}

/** Words that TypeScript keeps for itself, and those that the template has given away. */
const NO_NAMES =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static open';

/**
 * Checks a request against what there is.
 * @throws one sentence that says what is wrong and what to do instead.
 */
export function readService({ name, reactsTo, emits, commands }: ServiceRequest, known: Known): NewService {
  if (!/^[a-z]{2,20}$/.test(name))
    throw new Error(`${name} is no name for a service: it is one word of 2 to 20 small letters, such as shipping.`);
  if (known.taken.includes(name)) throw new Error(`The name ${name} is taken by another part of the system: choose another one.`);
  if (reactsTo.length === 0)
    throw new Error(`Say what ${name} reacts to: --reacts-to order.confirmed.v1, and more than one with commas between them.`);
  const reactions = [...new Set(reactsTo)].map((type) => reactionTo(type, known));
  const emitted = emits === undefined ? undefined : newMessage(emits, name, known);
  const command = commands === undefined ? undefined : newMessage(commands, name, known);
  if (emitted && command && emitted.thing !== command.thing)
    throw new Error(
      `${emitted.type} is about a ${emitted.thing} and ${command.type} about a ${command.thing}: a new service keeps one thing. Generate it with one of them, and add the other with \`npm run generate -- message\`.`,
    );
  if (emitted && emitted.type === command?.type) throw new Error(`${emitted.type} cannot be an event and a command.`);
  for (const word of [command?.rest, emitted?.thing ?? command?.thing ?? name])
    if (word !== undefined && NO_NAMES.split(' ').includes(word))
      throw new Error(`${word} cannot name anything in TypeScript, or the template has the word already: choose another one.`);
  return {
    name,
    thing: emitted?.thing ?? command?.thing ?? name,
    reactions,
    ...(emitted && { emits: emitted }),
    ...(command && { command }),
  };
}

/** An event that there is. */
export function reactionTo(type: string, { contracts, contractNames }: Known): Reaction {
  const contract = contracts.find((each) => each.type === type);
  if (!contract) {
    const events = contracts.filter(({ kind }) => kind === 'event').map((event) => event.type);
    throw new Error(`There is no event ${type}. These are there: ${events.join(', ')}.`);
  }
  if (contract.kind === 'command')
    throw new Error(`${type} is a command, which ${contract.handledBy} alone handles: react to an event instead.`);
  if (!('orderId' in (contract.sample as object)))
    throw new Error(
      `${type} names no order in its payload, and what is generated keeps one row for each order: write it by hand.`,
    );
  return { type: readType(type), contract: contractNames.get(type)! };
}

/** A message of a service that nobody has yet. */
export function newMessage(type: string, owner: string, { services, contracts }: Known): MessageType {
  const read = readType(type);
  const same = contracts.find((contract) => contract.type === type);
  if (same)
    throw new Error(
      same.kind === 'event'
        ? `${type} is emitted by ${same.emittedBy} already: an event has one emitter. Choose another name, or react to it.`
        : `${type} is handled by ${same.handledBy} already: a command has one handler. Choose another name.`,
    );
  const neighbour = contracts.find((contract) => contract.type.startsWith(`${read.thing}.`));
  const has = neighbour && ownerOf(neighbour);
  if (has !== undefined && has !== owner)
    throw new Error(
      `${read.thing}.* are messages of ${has}: begin the name with another word, such as ${owner}.${read.rest}.v1.`,
    );
  if (read.thing !== owner && services.includes(read.thing))
    throw new Error(`${read.thing}.* are messages of the service ${read.thing}: begin the name with another word.`);
  return read;
}

/** Whose a message is: an event its emitter's, a command its handler's. */
export const ownerOf = (contract: Contract) => (contract.kind === 'event' ? contract.emittedBy : contract.handledBy);
