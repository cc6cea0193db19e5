import { Controller, Get, Header, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
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

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const buildInfo = new Gauge({
  name: 'waybill_build_info',
  help: 'Always 1: which replica this is, and what it runs',
  labelNames: ['replica', 'version', 'node'] as const,
});

/** In containers Prometheus knows a replica by its address alone: this names it as its log does. */
export function tellBuild({ replica }: { readonly replica: string }): void {
  buildInfo.set({ replica, version, node: process.version }, 1);
}

const pools = new Set<Pool>();

const sum = (count: (pool: Pool) => number) => [...pools].reduce((total, pool) => total + count(pool), 0);

/** A request waits for a moment even when a connection is free or may be opened for it: that is none to tell of. */
const reallyWaiting = ({ waitingCount, idleCount, totalCount, options }: Pool) =>
  Math.max(0, waitingCount - idleCount - (options.max - totalCount));

new Gauge({
  name: 'waybill_pool_connections',
  help: 'Connections to the database: busy, idle, and requests that wait for one',
  labelNames: ['state'] as const,
  collect() {
    this.set(
      { state: 'busy' },
      sum((pool) => pool.totalCount - pool.idleCount),
    );
    this.set(
      { state: 'idle' },
      sum((pool) => pool.idleCount),
    );
    this.set({ state: 'waiting' }, sum(reallyWaiting));
  },
});

new Gauge({
  name: 'waybill_pool_max_connections',
  help: 'Connections that the pool may open',
  collect() {
    this.set(sum(({ options }) => options.max));
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
