import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOrigin } from '../same-origin.js';
import { Operations, serviceIn } from './operations.js';

/** An object. The service knows what belongs into it, and says what is wrong. */
const request = z.record(z.string().max(20), z.unknown());

/** Redrives and discards at the service that has parked the message. The service keeps each act with its time. */
@Controller('console/api/dead-letters/:service')
@UseGuards(SameOrigin)
export class ActOnDeadLetters {
  constructor(private readonly operations: Operations) {}

  @Post('redrive')
  @HttpCode(200)
  redrive(@Param('service') service: string, @Body({ schema: request }) act: z.output<typeof request>): Promise<object> {
    return this.operations.ask(serviceIn(service), 'dead-letters/redrive', act);
  }

  @Post('discard')
  @HttpCode(200)
  discard(@Param('service') service: string, @Body({ schema: request }) act: z.output<typeof request>): Promise<object> {
    return this.operations.ask(serviceIn(service), 'dead-letters/discard', act);
  }
}
