import { describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { orderService } from '../test/order-under-test.js';
import { OrderModule } from './order.module.js';

servesWhatItDescribes(describeApi('order', OrderModule), orderService());
