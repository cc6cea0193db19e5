import { describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { paymentService } from '../test/payment-under-test.js';
import { PaymentModule } from './payment.module.js';

servesWhatItDescribes(describeApi('payment', PaymentModule), paymentService());
