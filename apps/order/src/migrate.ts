import { migrate } from '@waybill/service';
import { APPEND_ONLY } from './append-only.js';
import { orderMigrations } from './migrations/index.js';

await migrate('order', orderMigrations, { appendOnly: APPEND_ONLY });
