import { startService } from '@waybill/service';
import { notificationSettings } from './config.js';
import { NotificationModule } from './notification.module.js';

await startService(NotificationModule, notificationSettings);
