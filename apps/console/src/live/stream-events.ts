import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { Problem } from '../problem.js';
import { LiveStream } from './live-stream.js';

interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
}

/** What happens now, without an end. A browser that loses the connection names the last event that it has seen. */
@Controller('console/api/events')
export class StreamEvents {
  constructor(private readonly stream: LiveStream) {}

  @Get()
  listen(@Headers('last-event-id') lastEventId: string | undefined, @Res() reply: Reply): void {
    const after = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
    if (!this.stream.hasRoom) throw new Problem(503, 'Too many pages listen already: close one of them.');
    reply.hijack();
    this.stream.listen(reply.raw, after);
  }
}
