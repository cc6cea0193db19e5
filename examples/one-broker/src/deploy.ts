// The deploy step: tables, exchange and queue. A second run changes nothing.
import { deployTopology } from '@waybill/messaging';
import { openDatabase } from './database.js';
import { greet } from './greet.js';
import { rabbitmq } from './settings.js';

const database = await openDatabase(1);
await database.runMigrations({ transaction: 'all' });
await database.destroy();
await deployTopology({ contracts: [greet], rabbitmq: rabbitmq() });
