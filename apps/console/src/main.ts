import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { readConfigOrExit } from './config.js';
import { createConsole } from './create-console.js';
import { believe } from './tls.js';

const config = readConfigOrExit();
if (config.tls) believe(config.tls);
const app = await createConsole(config);
app.enableShutdownHooks();
await app.listen(config.http.port, config.http.host);
new Logger('Console').log(`${config.replica} answers on ${config.http.host}:${config.http.port} and takes spans.`);
