import { Controller, Get, Header, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { DataSource } from 'typeorm';

collectDefaultMetrics();

/** Everything in prom-client's default registry: what libs/messaging and the apps count is there too. */
@Controller('metrics')
export class MetricsRoute {
  @Get()
  @Header('Content-Type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}

const pools = new Set<Pool>();

new Gauge({
  name: 'waybill_pool_connections',
  help: 'Connections to the database: busy, idle, and requests that wait for one',
  labelNames: ['state'] as const,
  collect() {
    const sum = (count: (pool: Pool) => number) => [...pools].reduce((total, pool) => total + count(pool), 0);
    this.set(
      { state: 'busy' },
      sum((pool) => pool.totalCount - pool.idleCount),
    );
    this.set(
      { state: 'idle' },
      sum((pool) => pool.idleCount),
    );
    this.set(
      { state: 'waiting' },
      sum((pool) => pool.waitingCount),
    );
  },
});

/** Watches the pool of the service's database. */
@Injectable()
export class PoolMetrics implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly database: DataSource) {}

  onModuleInit(): void {
    pools.add(this.pool);
  }

  onApplicationShutdown(): void {
    pools.delete(this.pool);
  }

  private get pool(): Pool {
    return (this.database.driver as unknown as { master: Pool }).master;
  }
}
