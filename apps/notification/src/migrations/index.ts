import { CreateMails1795500000000 } from './1795500000000-create-mails.js';
import { RefusedMails1796600000000 } from './1796600000000-refused-mails.js';
import { RecipientsToCome1796900000000 } from './1796900000000-recipients-to-come.js';

/** In the order in which they run. A migration that was released is never changed: add another one. */
export const notificationMigrations = [CreateMails1795500000000, RefusedMails1796600000000, RecipientsToCome1796900000000];
