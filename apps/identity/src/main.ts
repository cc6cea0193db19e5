import { readConfigOrExit } from './config.js';
import { openDatabase } from './database.js';
import { keepClean } from './housekeeping.js';
import { Issuer } from './issuer.js';
import { createLog } from './log.js';
import { createServer } from './server.js';
import { ensureKeys } from './signing-keys.js';

const config = readConfigOrExit();
const log = createLog(config);
const database = openDatabase(config.database, config.replica);
await ensureKeys(database);
const issuer = await Issuer.open(config, database, log);
const housekeeping = keepClean(database, log);
const server = createServer(config, database, issuer, log);
server.listen(config.http.port, config.http.host, () =>
  log.info(`answers on ${config.http.host}:${config.http.port} as ${config.issuer}`),
);

const stop = () => {
  issuer.end();
  clearInterval(housekeeping);
  // What is in hand is answered; connections that are only kept open are closed.
  server.close(() => void database.end());
  server.closeIdleConnections();
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
