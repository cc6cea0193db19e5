// Another key signs from now on: `npm run stack -- rotate-signing-key`, or in containers
// `docker compose exec identity node apps/identity/dist/rotate-signing-key.js`.
import { readDatabaseConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { rotate, TooSoon } from './signing-keys.js';

/** A person waits for it, who would rather wait than ask again. */
const CONNECT_TIMEOUT_MS = 30_000;
const database = openDatabase(readDatabaseConfigOrExit(), 'identity-rotate', CONNECT_TIMEOUT_MS);
try {
  console.log(`The key ${await rotate(database)} signs from now on. Nothing has to be restarted.`);
} catch (error) {
  if (!(error instanceof TooSoon)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await database.end();
}
