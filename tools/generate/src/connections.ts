import type { Tree } from '@nx/devkit';
import { change, textOf } from './tree-text.ts';

/** PostgreSQL takes as many connections as all roles together may open: one service's more, or less (`-1`). */
export function countConnections(tree: Tree, services: 1 | -1): void {
  const ofService = ['app', 'migrator']
    .map((role) =>
      Number(new RegExp(`ROLE :"${role}" [^;]*CONNECTION LIMIT (\\d+)`).exec(textOf(tree, 'infra/postgres/rights.sql'))![1]),
    )
    .reduce((sum, limit) => sum + limit, 0);
  change(tree, 'infra/postgres/postgresql.conf', (text) =>
    text.replace(/(?<=^max_connections = )\d+/m, (most) => String(Number(most) + services * ofService)),
  );
}
