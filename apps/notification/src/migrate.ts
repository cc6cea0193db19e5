import { migrate } from '@waybill/service';
import { notificationMigrations } from './migrations/index.js';

await migrate('notification', notificationMigrations);
