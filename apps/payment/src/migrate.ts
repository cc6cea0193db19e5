import { migrate } from '@waybill/service';
import { paymentMigrations } from './migrations/index.js';

await migrate('payment', paymentMigrations);
