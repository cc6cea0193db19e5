import type { Contract } from '@waybill/contracts';
import type { Tree } from '@nx/devkit';
import { named, type Filling } from './fill.ts';
import { pascal, readType, type MessageType } from './message-type.ts';
import type { Reaction } from './service-request.ts';
import { change } from './tree-text.ts';
import { addToList, nextMigration, writeTemplates } from './write-service.ts';

/** What a reaction of its own brings: its row, its decision, and what writes them. */
const OF_A_ROW = ['shipment.entity', 'shipment-decisions', 'open-shipment', 'create-shipments'];
const OF_A_REACTION = ['on-order-confirmed'];

/**
 * Writes a reaction into a service that there is. It opens a row of `keeps`: one that a generated service keeps already, or a new one.
 * @throws a sentence when nobody has said what to keep.
 */
export function writeHandler(
  tree: Tree,
  service: string,
  reaction: Reaction,
  keeps: string | undefined,
  contracts: readonly Contract[],
): void {
  const folder = `apps/${service}/src`;
  const kept = tree.children(folder).flatMap((file) => /^open-([a-z]+)\.ts$/.exec(file)?.[1] ?? []);
  const thing = keeps ?? kept[0];
  if (thing === undefined || !/^[a-z]+$/.test(thing))
    throw new Error(`Say in one word what ${service} keeps of each order because of ${reaction.type.type}: --keeps refund.`);
  const isKept = kept.includes(thing);
  const filling: Filling = {
    name: service,
    thing,
    reactions: [reaction],
    reaction,
    migration: nextMigration(tree),
    ...(isKept && messagesOf(service, thing, contracts)),
  };
  if (!isKept && tree.exists(`${folder}/${thing}.entity.ts`))
    throw new Error(
      `${folder}/${thing}.entity.ts is there, and not as this would write it: keep something else, or write the handler by hand.`,
    );
  writeTemplates(tree, filling, (path) => [...OF_A_REACTION, ...(isKept ? [] : OF_A_ROW)].some((part) => path.includes(part)));
  addToList(tree, reaction.type.type, 'handledBy', service);
  const fill = (text: string) => named(text, filling);
  change(tree, `${folder}/${service}.module.ts`, (text) => {
    const listed = importing(
      inReactions(text, fill('OnOrderConfirmed')),
      fill('OnOrderConfirmed'),
      fill('./on-order-confirmed.js'),
    );
    if (isKept) return listed;
    const entity = pascal(thing);
    return importing(
      listed.replace(
        /entities: \[([^\]]*)\]/,
        (_, entities: string) => `entities: [${[entities, entity].filter(Boolean).join(', ')}]`,
      ),
      entity,
      `./${thing}.entity.js`,
    );
  });
  if (isKept) return;
  change(tree, `${folder}/migrations/index.ts`, (text) =>
    importing(text, fill('CreateShipments1790000000000'), fill('./1790000000000-create-shipments.js')).replace(
      /Migrations = \[([^\]]*?),?\s*\]/,
      (_, migrations: string) => `Migrations = [${migrations}, ${fill('CreateShipments1790000000000')}]`,
    ),
  );
}

/** The messages about a row that the service was generated with. */
function messagesOf(
  service: string,
  thing: string,
  contracts: readonly Contract[],
): { command?: MessageType; emits?: MessageType } {
  const about = contracts.filter(({ type }) => type.startsWith(`${thing}.`));
  const command = about.find(
    (contract) =>
      contract.kind === 'command' && contract.handledBy === service && contract.sentBy.some((sender) => sender === service),
  );
  const emits = about.find((contract) => contract.kind === 'event' && contract.emittedBy === service);
  return { ...(command && { command: readType(command.type) }), ...(emits && { emits: readType(emits.type) }) };
}

/** Lists a controller with the other reactions, or before the commands where it is the first one. */
function inReactions(module: string, controller: string): string {
  const line = `    ${controller},\n`;
  const listed = module.replace(/ {4}\/\/ reactions\n(?: {4}\w+,\n)*/, (found) => found + line);
  return listed === module ? module.replace(/(?= {4}\/\/ commands\n)/, `    // reactions\n${line}`) : listed;
}

/** Imports one name, where its file belongs by its name. */
function importing(text: string, name: string, from: string): string {
  const line = `import { ${name} } from '${from}';\n`;
  const ours = [...text.matchAll(/^import .* from '(\.\/[^']+)';\n/gm)];
  const next = ours.find(([, file]) => file! > from);
  if (next) return text.slice(0, next.index) + line + text.slice(next.index);
  const last = ours.at(-1)!;
  const end = last.index + last[0].length;
  return text.slice(0, end) + line + text.slice(end);
}
