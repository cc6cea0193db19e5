import { describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { notificationService } from '../test/notification-under-test.js';
import { NotificationModule } from './notification.module.js';

servesWhatItDescribes(describeApi('notification', NotificationModule), notificationService());
