import { readStepConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { migrate } from './migrations.js';
import { savePeople } from './people.js';

const { database: config, passwords } = readStepConfigOrExit();
/** Nobody waits for a step as a browser waits for an answer: on a machine that has just started everything it has time. */
const CONNECT_TIMEOUT_MS = 30_000;
const database = openDatabase(config, 'identity-migrate', CONNECT_TIMEOUT_MS);
try {
  const applied = await migrate(database);
  await savePeople(database, passwords);
  console.log(`identity: ${applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`}`);
} finally {
  await database.end();
}
