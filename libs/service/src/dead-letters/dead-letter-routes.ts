import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import {
  type Act,
  deadLetter,
  deadLetterActs,
  deadLetterGroups,
  type DeadLetterInFull,
  deadLetters,
  discard,
  redrive,
} from '@waybill/messaging';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { For } from '../identity/routes.js';
import { Problem } from '../problem.js';
import { actsOf, chosenIn, discardOf, groupsOf, oneOf, pageOf, redriveOf } from './dead-letter-requests.js';
import { RefusePages } from './refuse-pages.js';

/**
 * Dead letters of this service, for the people who run it: the console and the command line ask here. The
 * operations origin leads to each replica's; the edge does not, and the public description does not name them.
 */
@Controller('operations/dead-letters')
export class DeadLetterRoutes {
  constructor(private readonly database: DataSource) {}

  @Get()
  @For(['operator'])
  list(@Query({ schema: pageOf }) page: z.output<typeof pageOf>) {
    return deadLetters(this.database, page);
  }

  @Get('groups')
  @For(['operator'])
  groups(@Query({ schema: groupsOf }) { state }: z.output<typeof groupsOf>) {
    return deadLetterGroups(this.database, state);
  }

  @Get('acts')
  @For(['operator'])
  acts(@Query({ schema: actsOf }) page: z.output<typeof actsOf>): Promise<Act[]> {
    return deadLetterActs(this.database, page);
  }

  @Get(':id')
  @For(['operator'])
  async one(@Param({ schema: oneOf }) { id }: z.output<typeof oneOf>) {
    const found = await deadLetter(this.database, id);
    if (!found) throw new Problem(404, `No message ${id} is parked: it was handled, discarded, or never one.`);
    return readable(found);
  }

  @Post('redrive')
  @For(['operator'])
  @HttpCode(200)
  @UseGuards(RefusePages)
  redrive(@Body({ schema: redriveOf }) request: z.output<typeof redriveOf>): Promise<Act> {
    return redrive(this.database, chosenIn(request), request.perSecond);
  }

  @Post('discard')
  @For(['operator'])
  @HttpCode(200)
  @UseGuards(RefusePages)
  discard(@Body({ schema: discardOf }) request: z.output<typeof discardOf>): Promise<Act> {
    return discard(this.database, chosenIn(request), request.reason.trim());
  }
}

/** The body as text where it is UTF-8, and in base64 where it is not, so that every byte of it is told. */
function readable({ body, ...evidence }: DeadLetterInFull) {
  const text = body.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(body);
  return { ...evidence, body: isText ? text : body.toString('base64'), bodyEncoding: isText ? 'utf8' : 'base64' };
}
