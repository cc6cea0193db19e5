import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Messaging } from '@waybill/messaging';
import { For } from './identity/routes.js';

const PROBE_TIMEOUT_MS = 1_000;

/** Which copy of the service this is. */
export const REPLICA = Symbol('replica');

interface Reply {
  status(code: number): Reply;
}

/**
 * Live: the process answers. Serving: it can answer requests, and a balancer asks for this. Ready: it can do all its work. If
 * not, the answer names what is missing. With a broker away no replica is ready, and all of them serve.
 */
@Controller('health')
export class HealthRoutes {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly messaging: Messaging,
    @Inject(REPLICA) private readonly replica: string,
  ) {}

  /** An address alone does not tell which copy answers there. */
  @Get('live')
  @For('anyone')
  live() {
    return { status: 'ok', replica: this.replica };
  }

  @Get('serving')
  @For('anyone')
  serving(@Res({ passthrough: true }) reply: Reply): Promise<HealthCheckResult> {
    return this.answer(reply, [this.asksTheDatabase()]);
  }

  @Get('ready')
  @For('anyone')
  ready(@Res({ passthrough: true }) reply: Reply): Promise<HealthCheckResult> {
    const { rabbitmq, kafka, missing, ready } = this.messaging.health();
    const known = (name: string, up: boolean) => () => {
      const indicator = this.indicators.check(name);
      const lacking = missing.filter(({ broker }) => broker === name).map(({ object }) => object);
      if (up) return indicator.up();
      return lacking.length > 0 ? indicator.down({ missing: lacking }) : indicator.down();
    };
    return this.answer(reply, [
      this.asksTheDatabase(),
      known('rabbitmq', rabbitmq === 'up'),
      known('kafka', kafka === 'up'),
      known('messaging', ready),
    ]);
  }

  private asksTheDatabase() {
    return this.indicators
      .check('database')
      .attempt(() => this.messaging.askDatabase())
      .withTimeout(PROBE_TIMEOUT_MS);
  }

  private async answer(reply: Reply, indicators: Parameters<HealthCheckService['check']>[0]): Promise<HealthCheckResult> {
    // Terminus throws its result when something is down. Here that result is an answer like any other.
    const result = await this.health.check(indicators).catch((failed: { getResponse?(): HealthCheckResult }) => {
      if (failed.getResponse) return failed.getResponse();
      throw failed;
    });
    reply.status(result.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return result;
  }
}
