// Makes the roles and databases of the services in the container's PostgreSQL, as infra/postgres says. Run again, it only
// renews the rights. Runs as superuser, before the migrations.
import { createDatabases } from './databases.ts';
import { Secrets } from './secrets.ts';
import { setting, trustedCa } from './setting.ts';

const ca = trustedCa();
const at = { host: setting('DATABASE_HOST'), port: Number(setting('DATABASE_PORT')) };
await createDatabases({ ...at, ssl: ca ? { ca } : false }, new Secrets(setting('SECRETS_DIR')));
console.log(JSON.stringify({ deployed: 'databases', ...at }));
