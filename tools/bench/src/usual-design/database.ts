import type { EventEmitter } from 'node:events';
import type { ClientBase } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { ENTITIES, Processed } from './entities.ts';
import { databaseOf, type Settings, type UsualService } from './settings.ts';

/** As many connections as all pools of a service of Waybill have together, rounded up. */
const POOL_SIZE = 20;

/** By PostgreSQL's name for them, as the services of Waybill count theirs. */
export const statements = new Map<string, number>();

export function openDatabase(service: UsualService, { postgres }: Pick<Settings, 'postgres'>, { synchronize = false } = {}) {
  return new DataSource({
    type: 'postgres',
    host: postgres.host,
    port: postgres.port,
    username: postgres.user,
    password: postgres.password,
    ssl: postgres.ssl,
    database: databaseOf(service),
    entities: [...ENTITIES[service]],
    poolSize: POOL_SIZE,
    synchronize,
    logging: false,
    extra: { onConnect: countStatements },
  }).initialize();
}

function countStatements(client: ClientBase): void {
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on('commandComplete', ({ text }: { readonly text: string }) => {
    const command = text.split(' ', 1)[0]!;
    statements.set(command, (statements.get(command) ?? 0) + 1);
  });
}

/**
 * Runs `effect` once for a message: it looks whether the message is known, and saves its id with the effect. One transaction for each
 * message.
 */
export function once(database: DataSource, messageId: string, effect: (manager: EntityManager) => Promise<void>): Promise<void> {
  return database.transaction(async (manager) => {
    if (await manager.findOneBy(Processed, { messageId })) return;
    await effect(manager);
    await manager.insert(Processed, { messageId });
  });
}
