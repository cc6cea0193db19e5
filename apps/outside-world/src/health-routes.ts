import { Controller, Get } from '@nestjs/common';
import { MailServer } from './mail-server.js';
import { Problem } from './problem.js';

@Controller('health')
export class HealthRoutes {
  constructor(private readonly mailServer: MailServer) {}

  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  ready() {
    if (!this.mailServer.listening) throw new Problem(503, 'The mail server does not listen.');
    return { status: 'ok' };
  }
}
