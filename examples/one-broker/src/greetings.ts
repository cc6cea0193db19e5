import { BadRequestException, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Messaging, UnitOfWork } from '@waybill/messaging';
import { greet } from './greet.js';

/** What the service answers over HTTP. */
@Controller()
export class Greetings {
  constructor(
    @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork,
    @Inject(Messaging) private readonly messaging: Messaging,
  ) {}

  /** What the transaction writes and what it sends are committed together. */
  @Post('greetings/:name')
  @HttpCode(202)
  async ask(@Param('name') name: string) {
    if (!greet.schema.safeParse({ name }).success) throw new BadRequestException('A name has 1 to 40 letters, digits, _ or -.');
    await this.unitOfWork.run(async (tx) => tx.send(greet, { name }));
    return { accepted: name };
  }

  @Get('greetings')
  list() {
    return this.unitOfWork.run((tx) => tx.query('SELECT name FROM greetings ORDER BY id'));
  }

  @Get('health')
  health() {
    return this.messaging.health();
  }
}
