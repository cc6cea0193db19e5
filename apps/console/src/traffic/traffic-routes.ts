import { Body, Controller, Delete, Get, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOrigin } from '../same-origin.js';
import { Traffic, type TrafficState } from './traffic.js';

const wish = z.strictObject({
  ordersPerSecond: z.number().min(0.1).max(50),
  seconds: z.number().int().min(1).max(300),
});

/** A stream of orders, so that something is under way while a person looks, or breaks something. */
@Controller('console/api/traffic')
export class TrafficRoutes {
  constructor(private readonly traffic: Traffic) {}

  /** Starts a stream. One that runs is replaced: this is how its rate is changed. */
  @Post()
  @HttpCode(202)
  @UseGuards(SameOrigin)
  start(@Body({ schema: wish }) wanted: z.infer<typeof wish>): TrafficState {
    return this.traffic.start(wanted);
  }

  @Delete()
  @UseGuards(SameOrigin)
  stop(): TrafficState {
    return this.traffic.stop();
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  state(): TrafficState {
    return this.traffic.state();
  }

  /** Newline-delimited JSON, one line for each customer: what the audit holds against the databases. */
  @Get('ledger')
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', 'application/x-ndjson')
  ledger(): string {
    return this.traffic.ledger.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}
