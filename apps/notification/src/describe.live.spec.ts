import { describeApi } from '@waybill/service';
import { servesWhatItDescribes } from '@waybill/testing';
import { NO_MAIL_SERVER, notificationService } from '../test/notification-under-test.js';
import { NotificationModule } from './notification.module.js';

servesWhatItDescribes(describeApi('notification', NotificationModule), notificationService(NO_MAIL_SERVER));
