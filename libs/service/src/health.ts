import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Messaging } from '@waybill/messaging';
import type { DataSource } from 'typeorm';
import { poolToken } from './database.js';

const PROBE_TIMEOUT_MS = 1_000;

interface Reply {
  status(code: number): Reply;
}

/** Live: the process answers. Ready: it can do its work; if not, the answer names what is missing. */
@Controller('health')
export class HealthRoutes {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    // Not the routes' own: one that is busy is no database that is away.
    @Inject(poolToken('relay')) private readonly database: DataSource,
    private readonly messaging: Messaging,
  ) {}

  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<HealthCheckResult> {
    const result = await this.check();
    reply.status(result.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return result;
  }

  private check(): Promise<HealthCheckResult> {
    const { rabbitmq, kafka, ready } = this.messaging.health();
    const known = (name: string, up: boolean) => () =>
      up ? this.indicators.check(name).up() : this.indicators.check(name).down();
    return (
      this.health
        .check([
          this.indicators
            .check('database')
            .attempt(async () => void (await this.database.query('SELECT 1')))
            .withTimeout(PROBE_TIMEOUT_MS),
          known('rabbitmq', rabbitmq === 'up'),
          known('kafka', kafka === 'up'),
          known('messaging', ready),
        ])
        // Terminus throws its result when something is down: here that is an answer like any other.
        .catch((failed: { getResponse?(): HealthCheckResult }) => {
          if (failed.getResponse) return failed.getResponse();
          throw failed;
        })
    );
  }
}
