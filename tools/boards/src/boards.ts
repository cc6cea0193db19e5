import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { journey } from './journey.ts';
import { kafka } from './kafka.ts';
import { messages } from './messages.ts';
import { panelsOf } from './queries.ts';
import { rabbitmq } from './rabbitmq.ts';
import { runtime } from './runtime.ts';
import { services } from './services.ts';

/** All boards, in the order of their numbers. */
export const boards: readonly Dashboard[] = [journey, services, rabbitmq, kafka, messages, runtime];

/** Where Grafana finds each, from the repository's root, and what is in it. */
export const boardFiles = (): readonly (readonly [path: string, text: string])[] =>
  boards.map((board) => [`infra/grafana/dashboards/${board.uid}.json`, `${JSON.stringify(board, null, 2)}\n`]);

/** Every alert that a panel names, once. */
export const alertsShown = (): string[] => [
  ...new Set(
    boards
      .flatMap(panelsOf)
      .flatMap(({ description = '' }) => [...description.matchAll(/docs\/runbooks\/(\w+)\.md/g)].map(([, name]) => name!)),
  ),
];
