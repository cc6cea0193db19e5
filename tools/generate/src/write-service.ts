import type { Tree } from '@nx/devkit';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeList, type List, EMPTY_FILE, inIndex, withMessage } from './contract-files.ts';
import { fill, named, type Filling } from './fill.ts';
import { locked, type Manifest } from './lock-file.ts';
import { contractName, plural, type MessageType } from './message-type.ts';
import { places, put, type PlacedService } from './places.ts';
import { countConnections } from './connections.ts';
import type { NewService } from './service-request.ts';
import { change, textOf } from './tree-text.ts';

const TEMPLATES = join(import.meta.dirname, '../template');

/** Writes a service into the tree: its folder, its messages, and each file that lists the services. */
export function writeService(tree: Tree, service: NewService, placed: PlacedService): void {
  const filling = { ...service, reaction: service.reactions[0]!, migration: nextMigration(tree) };
  writeTemplates(tree, filling, (path) => service.command !== undefined || !path.includes('book-shipment'));
  for (const message of [service.command, service.emits])
    if (message)
      addMessage(tree, service.name, contractName(message), {
        ...filling,
        kind: message === service.emits ? 'event' : 'command',
      });
  for (const { type } of service.reactions) addToList(tree, type.type, 'handledBy', service.name);
  for (const place of places) change(tree, place.file, (text) => put(text, place, placed));
  const manifest = JSON.parse(textOf(tree, `apps/${service.name}/package.json`)) as Manifest;
  change(tree, 'package-lock.json', (text) => locked(text, `apps/${service.name}`, manifest));
  countConnections(tree, 1);
  translationInStep(tree);
}

/** Writes the templates that are wanted, those about an event once for each. */
export function writeTemplates(tree: Tree, filling: Filling, isWanted: (path: string) => boolean): void {
  const folder = join(TEMPLATES, 'service');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.template'));
  for (const path of paths.filter(isWanted)) {
    const template = readFileSync(join(folder, path), 'utf8');
    for (const reaction of path.includes('on-order-confirmed') ? filling.reactions : [filling.reaction]) {
      const one = { ...filling, reaction };
      tree.write(`apps/${filling.name}/${named(path, one).replace(/\.template$/, '')}`, fill(template, one));
    }
  }
}

/** Adds a message to its service's file of contracts, and to the index. */
export function addMessage(tree: Tree, service: string, name: string, filling: Filling & { kind: 'event' | 'command' }): void {
  const file = `libs/contracts/src/${service}.ts`;
  const template = readFileSync(join(TEMPLATES, `messages/${filling.kind}.ts.template`), 'utf8');
  tree.write(file, withMessage(tree.read(file, 'utf8') ?? EMPTY_FILE, fill(template, filling)));
  change(tree, 'libs/contracts/src/index.ts', (text) => inIndex(text, service, [name]));
}

/** Writes a message that no template sends: an event, or a command of those who send it. */
export function writeMessage(tree: Tree, owner: string, message: MessageType, sentBy: readonly string[] | undefined): void {
  const contract = contractName(message);
  const reaction = { type: message, contract };
  const filling = { name: owner, thing: message.thing, reactions: [], reaction, migration: 0 };
  if (sentBy) addMessage(tree, owner, contract, { ...filling, command: message, kind: 'command' });
  else addMessage(tree, owner, contract, { ...filling, emits: message, kind: 'event' });
  if (sentBy) changeFiles(tree, message.type, 'sentBy', () => sentBy);
}

/** Says in a contract that the service handles or sends it, too. */
export const addToList = (tree: Tree, type: string, list: List, service: string): void =>
  changeFiles(tree, type, list, (services) => [...new Set([...services, service])]);

/** Changes a list of a contract, in whatever file it is. */
export function changeFiles(tree: Tree, type: string, list: List, how: (services: readonly string[]) => readonly string[]): void {
  for (const file of tree.children('libs/contracts/src').filter((name) => /^\w+\.ts$/.test(name)))
    change(tree, `libs/contracts/src/${file}`, (text) => changeList(text, type, list, how) ?? text);
}

/** A number above those of all migrations that there are: they run in the order of their numbers. */
export function nextMigration(tree: Tree): number {
  const numbers = ['libs/messaging/src/migrations', ...tree.children('apps').map((app) => `apps/${app}/src/migrations`)].flatMap(
    (folder) =>
      tree
        .children(folder)
        .flatMap((file) => [...`${file} ${textOf(tree, `${folder}/${file}`)}`.matchAll(/\d{13}/g)].map(Number)),
  );
  return Math.max(...numbers) + 100_000_000;
}

/** The marker at the end of the translation names the version of README that it translates: both got the same change. */
export function translationInStep(tree: Tree): void {
  const version = createHash('sha256').update(textOf(tree, 'README.md')).digest('hex').slice(0, 12);
  change(tree, 'README.zh-CN.md', (text) => text.replace(/(?<=<!-- translates README\.md )\w+/, version));
}

/** The first ports that nobody has: ten from the last service's, and the next one for a debugger. */
export function placedService(tree: Tree, { name, thing }: NewService): PlacedService {
  const ports = new Set([...textOf(tree, '.env.example').matchAll(/=(\d+)$/gm)].map(([, port]) => Number(port)));
  const debug = new Set([...textOf(tree, '.vscode/launch.json').matchAll(/"port": (\d+)/g)].map(([, port]) => Number(port)));
  const free = (from: number, step: number, isFree: (port: number) => boolean): number =>
    isFree(from) ? from : free(from + step, step, isFree);
  return {
    name,
    port: free(28140, 10, (port) => !ports.has(port) && !ports.has(port + 1)),
    debugPort: free(9234, 1, (port) => !debug.has(port)),
    collection: plural(thing),
  };
}
