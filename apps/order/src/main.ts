import { startService } from '@waybill/service';
import { orderSettings } from './config.js';
import { OrderModule } from './order.module.js';

await startService(OrderModule, orderSettings);
