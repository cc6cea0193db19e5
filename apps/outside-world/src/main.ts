import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { readConfigOrExit } from './config.js';
import { createOutsideWorld } from './create-outside-world.js';

const config = readConfigOrExit();
const app = await createOutsideWorld(config);
app.enableShutdownHooks();
await app.listen(config.http.port, config.http.host);
new Logger('OutsideWorld').log(
  `answers on ${config.http.host}:${config.http.port}, takes mail on ${config.smtp.host}:${config.smtp.port}`,
);
