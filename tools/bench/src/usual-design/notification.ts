// The notification service of the usual design: mails the customer when the order is confirmed.
import { createTransport } from 'nodemailer';
import { once, openDatabase } from './database.ts';
import { Mail } from './entities.ts';
import * as kafka from './kafka.ts';
import { OutboxPoller, save } from './outbox.ts';
import { httpServer, serve } from './process.ts';
import { NOTIFICATION_EVENTS, ORDER_EVENTS, readSettings } from './settings.ts';

const settings = readSettings();
const database = await openDatabase('notification', settings);
const { host, port, user, password } = settings.smtp;
const transport = createTransport({ host, port, auth: { user, pass: password }, pool: true });
const client = kafka.openKafka(settings);

// Nobody listens to `notification.sent`, as in Waybill. Its row is published all the same.
const producer = client.producer();
await producer.connect();
const poller = new OutboxPoller(database, (row) => kafka.publish(producer, NOTIFICATION_EVENTS, row));

await kafka.consume(client, 'usual.notification', ORDER_EVENTS, async ({ messageId, type, payload }) => {
  const { orderId, email } = payload as { orderId: string; email: string };
  if (type === 'order.placed')
    return once(database, messageId, async (manager) => {
      await manager.save(Mail, { orderId, email, sentAt: null });
    });
  await once(database, messageId, async (manager) => {
    const mail = await manager.findOneByOrFail(Mail, { orderId });
    await transport.sendMail({
      from: 'Waybill <orders@waybill.example>',
      to: mail.email,
      messageId: `<${orderId}.confirmed@waybill.example>`,
      subject: `Your order ${orderId} is confirmed`,
      text: `Your order is paid and on its way.\n\nOrder: ${orderId}\n`,
      headers: { 'X-Order-Id': orderId },
    });
    mail.sentAt = new Date();
    await manager.save(Mail, mail);
    await save(manager, 'notification.sent', orderId, { orderId });
  });
});

await serve(httpServer(), settings, poller);
