import { migrate } from '@waybill/service';
import { orderMigrations } from './migrations/index.js';

await migrate('order', orderMigrations);
