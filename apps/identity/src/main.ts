import { once } from 'node:events';
import { readConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { keepClean } from './housekeeping.js';
import { Issuer } from './issuer.js';
import { createLog } from './log.js';
import { createServers } from './server.js';
import { ensureKeys } from './signing-keys.js';

const config = readConfigOrExit();
const log = createLog(config);
const database = openDatabase(config.database, config.replica);
await ensureKeys(database);
const issuer = await Issuer.open(config, database, log);
const housekeeping = keepClean(database, log);
const { http, https } = createServers(config, database, issuer, log);
const servers = https ? [http, https] : [http];
const { host, port } = config.http;
await once(http.listen(port, host), 'listening');
if (https) await once(https.listen(config.https!.port, host), 'listening');
log.info(`answers on ${host}:${port} as ${config.issuer}${config.https ? `, and processes by TLS on ${config.https.port}` : ''}`);

const stop = () => {
  issuer.end();
  clearInterval(housekeeping);
  // What is in hand is answered; connections that are only kept open are closed.
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve).closeIdleConnections()));
  void Promise.all(closed).then(() => database.end());
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
