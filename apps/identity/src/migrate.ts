import { readStepConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { migrate } from './migrations.js';
import { savePeople } from './people.js';

const { database: config, passwords } = readStepConfigOrExit();
const database = openDatabase(config, 'identity-migrate');
try {
  const applied = await migrate(database);
  await savePeople(database, passwords);
  console.log(`identity: ${applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`}`);
} finally {
  await database.end();
}
