import { Controller, Get } from '@nestjs/common';

/** The console needs nobody to be useful: without Prometheus it has journeys, and without spans it has the API's history. */
@Controller('health')
export class HealthRoutes {
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  ready() {
    return { status: 'ok' };
  }
}
