import { describeApi } from '@waybill/service';
import { PaymentModule } from './payment.module.js';

process.stdout.write(JSON.stringify(describeApi('payment', PaymentModule)));
