import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { LogFiles, MAX_LINES } from './log-files.js';

const query = z.strictObject({
  find: z.string().max(200).default(''),
  lines: z.coerce.number().int().min(1).max(MAX_LINES).default(100),
});

/** The ends of the logs. They say why a process does what it does. */
@Controller('console/api/logs')
export class ReadLogs {
  constructor(private readonly files: LogFiles) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async names() {
    const names = await this.files.names();
    return { readable: names !== undefined, names: names ?? [] };
  }

  @Get(':name')
  @Header('Cache-Control', 'no-store')
  async tail(@Param('name') name: string, @Query({ schema: query }) { find, lines }: z.infer<typeof query>) {
    const tail = await this.files.tail(name, find, lines);
    if (!tail) throw new Problem(404, 'There is no such log to read.');
    return tail;
  }
}
