import { startService } from '@waybill/service';
import { paymentSettings } from './config.js';
import { PaymentModule } from './payment.module.js';

await startService(PaymentModule, paymentSettings);
