import { describeApi } from '@waybill/service';
import { OrderModule } from './order.module.js';

process.stdout.write(JSON.stringify(describeApi('order', OrderModule)));
