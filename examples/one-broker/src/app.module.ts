import { Module } from '@nestjs/common';
import { MessagingModule } from '@waybill/messaging';
import { DatabaseModule } from './database.js';
import { Greet, greet } from './greet.js';
import { Greetings } from './greetings.js';
import { rabbitmq } from './settings.js';

/** The service's table of contents. */
@Module({
  imports: [
    DatabaseModule,
    MessagingModule.forRoot({
      service: 'greeter',
      contracts: [greet],
      databases: { requests: 'requests', relay: 'relay', consumers: 'consumers', retries: 'retries' },
      rabbitmq: rabbitmq(),
      // An event would need `kafka` beside it.
    }),
  ],
  controllers: [Greetings, Greet],
})
export class AppModule {}
