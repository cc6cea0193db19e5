import { Module, StandardSchemaValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { chargeLine } from './charge-line.js';
import { ChargeBook } from './charge-book.js';
import { ChargeRoutes } from './charge-routes.js';
import type { Config } from './config.js';
import { TOKENS } from './door.js';
import { FaultRoutes } from './fault-routes.js';
import { FaultSwitch } from './fault-switch.js';
import { HealthRoutes } from './health-routes.js';
import { Ledger } from './ledger.js';
import { LedgerRoutes } from './ledger-routes.js';
import { MailBook } from './mail-book.js';
import { mailLine } from './mail-line.js';
import { MailServer } from './mail-server.js';
import { masked } from './masked.js';
import { MetricsRoute } from './metrics.js';
import { PaymentProvider } from './payment-provider.js';
import { invalid, ProblemFilter } from './problem.js';

/**
 * Everything that Waybill does not own: a payment provider over HTTP and a mail server over SMTP, each with a ledger on disk.
 * It shares no code with the services, as a real provider would not.
 */
@Module({ controllers: [ChargeRoutes, LedgerRoutes, FaultRoutes, HealthRoutes, MetricsRoute] })
export class OutsideWorldModule {
  static async with(config: Config): Promise<DynamicModule> {
    mkdirSync(config.ledgerDir, { recursive: true });
    const log = pino(
      {
        level: config.logLevel,
        base: { 'service.name': 'outside-world', 'service.node.name': config.replica },
        messageKey: 'message',
        timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
        formatters: { level: (level) => ({ 'log.level': level }), log: inEcs },
      },
      destination({ sync: true }),
    );
    const charges = await Ledger.open(join(config.ledgerDir, 'charges.ndjson'), chargeLine, log);
    const mails = await Ledger.open(join(config.ledgerDir, 'mails.ndjson'), mailLine, log);
    const faults = new FaultSwitch();
    return {
      module: OutsideWorldModule,
      imports: [LoggerModule.forRoot({ pinoHttp: { logger: log, autoLogging: false }, forRoutes: [] })],
      providers: [
        { provide: FaultSwitch, useValue: faults },
        { provide: PaymentProvider, useValue: new PaymentProvider(new ChargeBook(charges.lines), charges.ledger, faults) },
        { provide: MailServer, useValue: new MailServer(config, new MailBook(mails.lines), mails.ledger, faults, log) },
        { provide: TOKENS, useValue: config.tokens },
        { provide: LedgerRoutes.FILES, useValue: { charges: charges.ledger.path, mails: mails.ledger.path } },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: invalid }) },
      ],
    };
  }
}

/** A line's fields by the names of ECS (Elastic Common Schema); what has none stays under `waybill`. */
function inEcs({ context, err, ...more }: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = { 'log.logger': context };
  if (err instanceof Error) {
    const { name, message, stack = '' } = err;
    Object.assign(line, { 'error.type': name, 'error.message': masked(message), 'error.stack_trace': masked(stack) });
  }
  return Object.keys(more).length > 0 ? { ...line, waybill: more } : line;
}
