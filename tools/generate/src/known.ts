import * as contracts from '@waybill/contracts';
import type { Tree } from '@nx/devkit';
import type { Known } from './service-request.ts';
import { textOf } from './tree-text.ts';

/** What the contracts and the files say is there. */
export function knownIn(tree: Tree): Known {
  const isContract = (value: unknown): value is contracts.Contract =>
    typeof value === 'object' && value !== null && 'type' in value && 'schema' in value;
  const { paths } = JSON.parse(textOf(tree, 'infra/nginx/docs/openapi.json')) as { paths: object };
  return {
    services: contracts.SERVICES,
    contracts: contracts.contracts,
    contractNames: new Map(
      Object.entries(contracts).flatMap(([name, value]) => (isContract(value) ? [[value.type, name] as const] : [])),
    ),
    taken: [...tree.children('apps'), ...partsOf(textOf(tree, 'docker-compose.yml'))],
    routes: Object.keys(paths),
  };
}

/** The names of a compose file's services. */
const partsOf = (compose: string) =>
  [...(/^services:\n([^]*?)^\S/m.exec(compose)?.[1] ?? compose).matchAll(/^ {2}([a-z][\w-]*):/gm)].map(([, name]) => name!);
