// Another key signs from now on: `npm run stack -- rotate-signing-key`, or in containers
// `docker compose exec identity node apps/identity/dist/rotate-signing-key.js`.
import { readDatabaseConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { rotate, TooSoon } from './signing-keys.js';

const database = openDatabase(readDatabaseConfigOrExit(), 'identity-rotate');
try {
  console.log(`The key ${await rotate(database)} signs from now on. Nothing has to be restarted.`);
} catch (error) {
  if (!(error instanceof TooSoon)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await database.end();
}
