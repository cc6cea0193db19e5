import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Operations, serviceIn } from './operations.js';

/** What the service's routes take. They look at the values themselves. */
const query = z.record(z.string().max(20), z.string().max(1_000));
const id = z.strictObject({ service: z.string(), id: z.string().regex(/^\d{1,18}$/, 'must be the number of a message') });

/** Dead letters, and what waits to be tried, of all services and over both brokers. */
@Controller('console/api/dead-letters')
export class ReadDeadLetters {
  constructor(private readonly operations: Operations) {}

  /** By service, type and error, the largest first. */
  @Get('groups')
  @Header('Cache-Control', 'no-store')
  async groups(@Query({ schema: query }) asked: z.output<typeof query>) {
    const { found, problems } = await this.operations.askEach<{ count: number }>(`dead-letters/groups${inAddress(asked)}`);
    return { groups: found.toSorted((one, other) => other.count - one.count), problems };
  }

  /** What people did, the newest first. */
  @Get('acts')
  @Header('Cache-Control', 'no-store')
  async acts(@Query({ schema: query }) asked: z.output<typeof query>) {
    const { found, problems } = await this.operations.askEach<{ at: string }>(`dead-letters/acts${inAddress(asked)}`);
    return { acts: found.toSorted((one, other) => other.at.localeCompare(one.at)), problems };
  }

  /** Those of one service, by the filters of its route. */
  @Get(':service')
  @Header('Cache-Control', 'no-store')
  list(@Param('service') service: string, @Query({ schema: query }) asked: z.output<typeof query>): Promise<object[]> {
    return this.operations.ask(serviceIn(service), `dead-letters${inAddress(asked)}`);
  }

  @Get(':service/:id')
  @Header('Cache-Control', 'no-store')
  one(@Param({ schema: id }) { service, id: number }: z.output<typeof id>): Promise<object> {
    return this.operations.ask(serviceIn(service), `dead-letters/${number}`);
  }
}

const inAddress = (asked: Readonly<Record<string, string>>) => {
  const text = new URLSearchParams(asked).toString();
  return text && `?${text}`;
};
