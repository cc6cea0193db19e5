import type { Contract } from '@waybill/contracts';
import type { Tree } from '@nx/devkit';
import { countConnections } from './connections.ts';
import { outOfIndex } from './contract-files.ts';
import { unlocked } from './lock-file.ts';
import { places, take, type PlacedService } from './places.ts';
import { ownerOf } from './service-request.ts';
import { change, textOf } from './tree-text.ts';
import { changeFiles, translationInStep } from './write-service.ts';

/** @throws one sentence when somebody still needs the service, or when there is none of this name. */
export function refuseNeeded(name: string, services: readonly string[], contracts: readonly Contract[]): void {
  if (!services.includes(name)) throw new Error(`There is no service ${name}. These are there: ${services.join(', ')}.`);
  const needed = contracts
    .filter((contract) => ownerOf(contract) === name)
    .flatMap((contract) => {
      const users = (contract.kind === 'event' ? contract.handledBy : contract.sentBy).filter((service) => service !== name);
      return users.map((user) => `${user} ${contract.kind === 'event' ? 'handles' : 'sends'} ${contract.type}`);
    });
  if (needed.length > 0) throw new Error(`${name} is needed: ${needed.join(', ')}. Take that out first.`);
}

/**
 * Takes a service out of the tree: its folder, its messages, and every file that lists the services.
 * @returns the places where it does not stand as it was generated: a person takes it out there.
 */
export function removeService(tree: Tree, name: string, contracts: readonly Contract[]): string[] {
  const placed = placedIn(tree, name);
  const left: string[] = [];
  // The last one first: a text may stand within another one that was put there after it.
  for (const place of places.toReversed()) {
    const text = take(textOf(tree, place.file), place, placed);
    if (text === undefined) left.push(place.file);
    else tree.write(place.file, text);
  }
  removeContracts(tree, name, contracts);
  tree.delete(`apps/${name}`);
  change(tree, 'package-lock.json', (text) => unlocked(text, `apps/${name}`));
  countConnections(tree, -1);
  translationInStep(tree);
  return [...new Set(left)];
}

function removeContracts(tree: Tree, name: string, contracts: readonly Contract[]): void {
  for (const contract of contracts.filter((each) => ownerOf(each) === name))
    tree.delete(`libs/contracts/golden/${contract.type}.json`);
  if (tree.exists(`libs/contracts/src/${name}.ts`)) tree.delete(`libs/contracts/src/${name}.ts`);
  change(tree, 'libs/contracts/src/index.ts', (text) => outOfIndex(text, name));
  for (const { type, ...contract } of contracts.filter((each) => ownerOf(each) !== name)) {
    const list = contract.kind === 'event' ? 'handledBy' : 'sentBy';
    if (!(contract.kind === 'event' ? contract.handledBy : contract.sentBy).some((service) => service === name)) continue;
    changeFiles(tree, type, list, (services) => services.filter((service) => service !== name));
  }
}

/** What the files say of its ports and its address. */
function placedIn(tree: Tree, name: string): PlacedService {
  const facts = new RegExp(`^ {2}${name}: \\{ port: (\\d+), debugPort: (\\d+) `, 'm');
  const [, port = '0', debugPort = '0'] = facts.exec(textOf(tree, 'tools/stack/src/service-facts.ts')) ?? [];
  const route = new RegExp(`location = /api/(\\S+) \\{ proxy_pass \\$to_service://${name};`);
  const [, collection = ''] = route.exec(textOf(tree, 'infra/nginx/public.conf')) ?? [];
  return { name, port: Number(port), debugPort: Number(debugPort), collection };
}
