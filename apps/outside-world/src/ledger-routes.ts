import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { PUBLIC_CHARGE_FIELDS } from './charge-line.js';
import { only } from './door.js';
import { PUBLIC_MAIL_FIELDS } from './mail-line.js';

/** The ledgers as they are on disk at this moment, one JSON object per line, in the order of the calls. */
@Controller('ledger')
@only('operator')
export class LedgerRoutes {
  static readonly FILES = Symbol('ledger files');

  constructor(@Inject(LedgerRoutes.FILES) private readonly files: { readonly charges: string; readonly mails: string }) {}

  @Get('charges')
  @Header('Content-Type', 'application/x-ndjson')
  charges(): StreamableFile {
    return new StreamableFile(Readable.from(publicLines(this.files.charges, PUBLIC_CHARGE_FIELDS)));
  }

  @Get('mails')
  @Header('Content-Type', 'application/x-ndjson')
  mails(): StreamableFile {
    return new StreamableFile(Readable.from(publicLines(this.files.mails, PUBLIC_MAIL_FIELDS)));
  }
}

/** A line that is being written at this moment has no end yet, and is left out. */
async function* publicLines(path: string, fields: readonly string[]): AsyncGenerator<string> {
  let last: string | undefined;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (last !== undefined) yield publicLine(last, fields);
    last = line;
  }
  if (last !== undefined && isWhole(last)) yield publicLine(last, fields);
}

function publicLine(text: string, fields: readonly string[]): string {
  const line = JSON.parse(text) as Record<string, unknown>;
  return `${JSON.stringify(Object.fromEntries(fields.map((field) => [field, line[field]])))}\n`;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
