import type { NewService, Reaction } from './service-request.ts';
import { camel, capital, contractName, pascal, plural } from './message-type.ts';

/** What a template is filled with. */
export interface Filling extends NewService {
  /** The event that a file or a line about one event is about. */
  readonly reaction: Reaction;
  /** The number of its migration, above all others. */
  readonly migration: number;
}

const MARK = / ?\/\/: ([^\n]+)$/;

/**
 * Makes a file of a template. Templates are written as the service `shipping`, which keeps a shipment of each order, reacts to
 * `order.confirmed.v1`, handles `shipment.book.v1` from itself and emits `shipment.created.v1`; these names become the wanted ones.
 * A line that ends with `//: command` is there when the service has a command; `event`, `!`, `&` and `|` go with it. `//: if ..`
 * and `//: end` do the same for many lines. `//: each reaction` repeats a line for each event that the service reacts to, and
 * `//: first reaction` writes it for the first one.
 */
export function fill(template: string, filling: Filling): string {
  const lines: string[] = [];
  let wanted = true;
  for (const line of template.split('\n')) {
    const mark = MARK.exec(line)?.[1];
    const text = line.replace(MARK, '');
    if (mark === 'end') wanted = true;
    else if (mark?.startsWith('if ')) wanted = holds(mark.slice(3), filling);
    else if (wanted && mark === 'each reaction')
      lines.push(...filling.reactions.map((reaction) => named(text, { ...filling, reaction })));
    else if (wanted && (mark === undefined || mark === 'first reaction' || holds(mark, filling)))
      lines.push(named(text, mark === 'first reaction' ? { ...filling, reaction: filling.reactions[0]! } : filling));
  }
  return lines.join('\n');
}

/** `!command & event`: the service has no command, and an event. */
function holds(condition: string, { command, emits }: NewService): boolean {
  const has = (word: string) => {
    if (word === 'command' || word === '!command') return (command !== undefined) === (word === 'command');
    if (word === 'event' || word === '!event') return (emits !== undefined) === (word === 'event');
    throw new Error(`A template has the condition ${condition}, and ${word} is none.`);
  };
  return condition.split(' | ').some((all) => all.split(' & ').every(has));
}

/** The names of the template, and what becomes of them. The longer ones come first. */
function names({ name, thing, reaction, emits, command, migration }: Filling): readonly (readonly [RegExp, string])[] {
  const event = `${reaction.type.thing}.${reaction.type.rest}`;
  const verb = command?.rest ?? 'book';
  const fact = emits?.rest ?? 'done';
  return [
    [/1790000000000/g, String(migration)],
    [/order\.confirmed\.v1/g, reaction.type.type],
    [/order\.confirmed/g, event],
    [/on-order-confirmed/g, `on-${event.replace('.', '-')}${ofVersion(reaction)}`],
    [/OnOrderConfirmed/g, `On${pascal(event)}${ofVersion(reaction).replace('-v', 'V')}`],
    [/orderConfirmed/g, reaction.contract],
    [/shipment\.book\.v1/g, command?.type ?? ''],
    [/shipmentBook/g, command ? contractName(command) : ''],
    [/BookShipment/g, `${pascal(verb)}${pascal(thing)}`],
    [/\bBook\b/g, capital(verb.replaceAll('-', ' '))],
    [/shipment\.created\.v1/g, emits?.type ?? ''],
    [/shipmentCreated/g, emits ? contractName(emits) : ''],
    [/createdAt/g, `${camel(fact)}At`],
    [/\bshipment\.book\b/g, `${thing}.${verb}`],
    [/\bshipment\.created\b/g, `${thing}.${fact}`],
    [/\bbook-shipment\b/g, `${verb}-${thing}`],
    [/\bbook\b/g, camel(verb)],
    [/\bcreated\b/g, fact],
    [/\ba shipment\b/g, `${article(thing)} ${thing}`],
    [/\bA shipment\b/g, `${capital(article(thing))} ${thing}`],
    [/shipments/g, plural(thing)],
    [/Shipments/g, pascal(plural(thing))],
    [/shipment/g, thing],
    [/Shipment/g, pascal(thing)],
    [/shipping/g, name],
    [/Shipping/g, pascal(name)],
  ];
}

const article = (word: string) => (/^[aeiou]/.test(word) ? 'an' : 'a');

/** Two versions of one event are two reactions. */
const ofVersion = ({ type }: Reaction) => (type.version === 1 ? '' : `-v${type.version}`);

/** In one pass: what has become a wanted name is not looked at again. */
export function named(text: string, filling: Filling): string {
  const table = names(filling);
  const any = new RegExp(table.map(([pattern]) => `(${pattern.source})`).join('|'), 'g');
  return text.replaceAll(any, (found, ...groups) => {
    const index = groups.slice(0, table.length).findIndex((group) => group !== undefined);
    return index < 0 ? found : table[index]![1];
  });
}
