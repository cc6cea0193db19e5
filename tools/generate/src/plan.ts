import type { Tree } from '@nx/devkit';
import type { Asked } from './options.ts';
import { knownIn } from './known.ts';
import { refuseNeeded, removeService } from './remove-service.ts';
import { newMessage, ownerOf, reactionTo, readService, type Known, type ServiceRequest } from './service-request.ts';
import { writeHandler } from './write-handler.ts';
import { placedService, writeMessage, writeService } from './write-service.ts';

export interface Plan {
  /** What was asked for, in two words. */
  readonly about: string;
  /** What a person reads when it is done. */
  readonly next: string;
}

/** Changes the tree as it was asked. A tree without changes says that there is nothing to do. */
export function plan(tree: Tree, asked: Asked): Plan {
  const known = knownIn(tree);
  switch (asked.do) {
    case 'service':
      return planService(tree, asked, known);
    case 'handler':
      return planHandler(tree, asked, known);
    case 'message':
      return planMessage(tree, asked, known);
    case 'remove':
      return planRemoval(tree, asked, known);
  }
}

type AskedFor<Verb extends Asked['do']> = Extract<Asked, { do: Verb }>;

function planService(tree: Tree, asked: AskedFor<'service'>, known: Known): Plan {
  const about = `the service ${asked.service}`;
  const request = { name: asked.service, reactsTo: asked.reactsTo, commands: asked.commands, emits: asked.emits };
  if (isThere(request, known)) return { about, next: '' };
  const service = readService(request, known);
  const placed = placedService(tree, service);
  const route = `/api/${placed.collection}`;
  if (known.routes.some((each) => each === route || each.startsWith(`${route}/`)))
    throw new Error(`${route} is a route of another service: begin the names of the messages with another word.`);
  writeService(tree, service, placed);
  return {
    about,
    next: `The service ${asked.service} is there. \`npm run check\` looks at all of it, and these start it and show what it keeps:
  npm run stack -- up --instance try
  npm run stack -- psql ${asked.service} --instance try
What is left to decide: docs/how-to/add-a-service.md.`,
  };
}

function planHandler(tree: Tree, { service, reactsTo, keeps }: AskedFor<'handler'>, known: Known): Plan {
  refuseUnknown(service, known);
  const [event, ...others] = reactsTo;
  if (event === undefined || others.length > 0)
    throw new Error(`Say one event that ${service} shall react to: --reacts-to order.confirmed.v1.`);
  const reaction = reactionTo(event, known);
  const about = `the handler of ${event} in ${service}`;
  const contract = known.contracts.find(({ type }) => type === event);
  if (contract?.kind === 'event' && contract.handledBy.some((each) => each === service)) return { about, next: '' };
  writeHandler(tree, service, reaction, keeps, known.contracts);
  return { about, next: `${service} handles ${event}. Its decision, and who may read what it keeps, are left to decide.` };
}

function planMessage(tree: Tree, { service, type, sentBy }: AskedFor<'message'>, known: Known): Plan {
  for (const each of [service, ...(sentBy ?? [])]) refuseUnknown(each, known);
  const about = `the message ${type}`;
  const kind = sentBy ? 'command' : 'event';
  const same = known.contracts.find((contract) => contract.type === type);
  if (same?.kind === kind && ownerOf(same) === service) return { about, next: '' };
  writeMessage(tree, service, newMessage(type, service, known), sentBy);
  return {
    about,
    next: `${type} is there with orderId${kind === 'event' ? ', version and its time' : ''}: docs/how-to/add-a-message.md says how it says more, is sent and is handled.`,
  };
}

function planRemoval(tree: Tree, { service }: AskedFor<'remove'>, known: Known): Plan {
  refuseNeeded(service, known.services, known.contracts);
  const left = removeService(tree, service, known.contracts);
  return {
    about: `the service ${service}`,
    next: [
      `The service ${service} is gone. Where it ran, let its queue and its group run empty before you deploy this, and keep its contracts for seven days.`,
      ...left.map((file) => `${file} says something else of it than was generated: take it out there by hand.`),
    ].join('\n'),
  };
}

function refuseUnknown(service: string, { services }: Known): void {
  if (!services.includes(service)) throw new Error(`There is no service ${service}. These are there: ${services.join(', ')}.`);
}

/**
 * Whether the service is there with these messages. It may have others by now.
 * @throws when a service of this name has not the messages that were asked for.
 */
function isThere({ name, reactsTo, commands, emits }: ServiceRequest, { services, contracts }: Known): boolean {
  if (!services.includes(name)) return false;
  const of = (type: string) => contracts.find((contract) => contract.type === type);
  const handles = (type: string) => {
    const contract = of(type);
    return contract?.kind === 'event' && contract.handledBy.some((service) => service === name);
  };
  const owns = (type: string | undefined) => {
    const contract = type === undefined ? undefined : of(type);
    return type === undefined || (contract !== undefined && ownerOf(contract) === name);
  };
  if (reactsTo.length > 0 && reactsTo.every(handles) && owns(commands) && owns(emits)) return true;
  throw new Error(
    `There is a service ${name} already, and it has not all of these messages: choose another name, or add messages to it.`,
  );
}
