import { Controller, Get, Headers, Injectable, Res, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isRecording } from '@waybill/messaging';
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, type Metric, openMetricsContentType, register, Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { POOL_SIZES, poolToken } from './database.js';
import { For } from './identity/routes.js';

collectDefaultMetrics();

/** Serves everything in prom-client's default registry, so also what libs/messaging and the apps count. */
@Controller('metrics')
export class MetricsRoute {
  @Get()
  @For('anyone')
  metrics(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: Reply): Promise<string> {
    // Exemplars are told only where there are traces to lead to. Everywhere else the text stays the usual one.
    const open = isRecording() && accept?.includes('application/openmetrics-text');
    void reply.header('Content-Type', open ? openMetricsContentType : register.contentType);
    return open ? inOpenMetrics() : register.metrics();
  }
}

/** The part of Fastify's reply that names the form of the text. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** Everything in the registry in the form that has room for exemplars. */
function inOpenMetrics(): Promise<string> {
  const all = new Registry<typeof openMetricsContentType>();
  all.setContentType(openMetricsContentType);
  // prom-client's types call a metric that is registered something else than one that may be.
  for (const metric of register.getMetricsAsArray() as unknown as Metric[]) {
    // It takes the `_total` off the names of counters for this form, for good. So it gets a stand-in.
    all.registerMetric(metric instanceof Counter ? (Object.create(metric) as Counter) : metric);
  }
  return all.metrics();
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const buildInfo = new Gauge({
  name: 'waybill_build_info',
  help: 'Always 1: which replica this is, and what it runs',
  labelNames: ['replica', 'version', 'node'] as const,
});

/**
 * In containers Prometheus knows a replica by its address alone. This metric gives the replica the name that its log gives it.
 */
export function tellBuild({ replica }: { readonly replica: string }): void {
  buildInfo.set({ replica, version, node: process.version }, 1);
}

/** By the use that each has in `POOL_SIZES`. */
const pools = new Map<string, Pool>();

/** A request waits for a moment even when a connection is free or may be opened for it. Such a wait is not counted. */
const reallyWaiting = ({ waitingCount, idleCount, totalCount, options }: Pool) =>
  Math.max(0, waitingCount - idleCount - (options.max - totalCount));

new Gauge({
  name: 'waybill_pool_connections',
  help: 'Connections to the database, by the pool of each use: busy, idle, and requests that wait for one',
  labelNames: ['pool', 'state'] as const,
  collect() {
    this.reset();
    for (const [pool, its] of pools) {
      this.set({ pool, state: 'busy' }, its.totalCount - its.idleCount);
      this.set({ pool, state: 'idle' }, its.idleCount);
      this.set({ pool, state: 'waiting' }, reallyWaiting(its));
    }
  },
});

new Gauge({
  name: 'waybill_pool_max_connections',
  help: 'Connections that a pool may open',
  labelNames: ['pool'] as const,
  collect() {
    this.reset();
    for (const [pool, { options }] of pools) this.set({ pool }, options.max);
  },
});

/** Watches the pools of the service's database. */
@Injectable()
export class PoolMetrics implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly modules: ModuleRef) {}

  onModuleInit(): void {
    for (const name of Object.keys(POOL_SIZES) as (keyof typeof POOL_SIZES)[]) {
      const database = this.modules.get<DataSource>(poolToken(name), { strict: false });
      pools.set(name, (database.driver as unknown as { master: Pool }).master);
    }
  }

  onApplicationShutdown(): void {
    pools.clear();
  }
}
