import { describeApi } from '@waybill/service';
import { NotificationModule } from './notification.module.js';

process.stdout.write(JSON.stringify(describeApi('notification', NotificationModule)));
