import { SERVICES, type ServiceName } from '@waybill/contracts';
import { printTable } from '@waybill/kit';
import { type DeadLetter, deadLetter, deadLetters, discard, type Queries, redrive } from '@waybill/messaging';
import { evidenceOf } from './evidence.ts';
import { inDatabase, running, serviceNamed, type Running } from '../supervision/running.ts';

export interface DeadLetterOptions {
  readonly instance?: string;
  readonly service?: string;
  readonly reason?: string;
  /** The id that ended the page before. */
  readonly after?: string;
  readonly limit?: string;
  /** What waits, instead of what is dead. */
  readonly waiting?: boolean;
  readonly json: boolean;
}

/** `dead-letters [list | show ID | redrive ID ... | discard ID ... --reason TEXT]` */
export async function deadLetterCommand([what = 'list', ...names]: readonly string[], options: DeadLetterOptions): Promise<void> {
  const around = running(options.instance);
  if (what === 'list') return list(around, options);
  if (what !== 'show' && what !== 'redrive' && what !== 'discard')
    throw new Error(`dead-letters can list, show, redrive and discard, not "${what}".`);
  if (names.length === 0) throw new Error(`Which one? \`npm run stack -- dead-letters list\` names them, as payment/12.`);
  const ids = names.map((name) => parseId(name, options.service));
  if (what === 'show') return show(around, ids, options.json);
  const { reason = '' } = options;
  if (what === 'discard' && reason.trim() === '')
    throw new Error('Why? A discarded message is kept with its reason: --reason "the customer called".');
  for (const service of SERVICES) {
    const mine = ids.filter((id) => id.service === service).map(({ id }) => id);
    if (mine.length === 0) continue;
    const count = await query(service, around, (database) =>
      what === 'redrive' ? redrive(database, mine) : discard(database, mine, reason),
    );
    console.log(`${service}: ${count} of ${mine.length} ${what === 'redrive' ? 'get all their attempts again' : 'discarded'}.`);
    // A person should hear of a message that they named and that is gone, or is being tried at this moment.
    if (count < mine.length) process.exitCode = 1;
  }
}

/** Service after service, oldest first. The last id of a page is the cursor of the next. */
async function list(around: Running, options: DeadLetterOptions): Promise<void> {
  const state = options.waiting ? 'waiting' : 'dead';
  const limit = Number(options.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1) throw new Error(`--limit ${options.limit} is not a whole number from 1.`);
  const cursor = options.after === undefined ? undefined : parseId(options.after, options.service);
  const wanted = options.service === undefined ? SERVICES : [serviceNamed(options.service)];
  const page: (DeadLetter & { service: ServiceName })[] = [];
  for (const service of wanted.slice(cursor ? wanted.indexOf(cursor.service) : 0)) {
    const after = cursor?.service === service ? cursor.id : '0';
    // One more than is shown tells whether there is a next page.
    const found = await query(service, around, (database) =>
      deadLetters(database, { after, limit: limit + 1 - page.length, state }),
    );
    page.push(...found.map((each) => ({ ...each, service })));
    if (page.length > limit) break;
  }
  const shown = page.slice(0, limit);
  if (options.json) return console.log(JSON.stringify(shown, null, 2));
  if (shown.length === 0)
    return console.log(`There are no ${cursor ? 'more ' : ''}${state === 'dead' ? 'dead letters' : 'messages that wait'}.`);
  printTable(
    ['ID', 'TYPE', 'KEY', 'ATTEMPTS', 'BEHIND IT', 'LAST FAILURE', 'LAST ERROR'],
    shown.map(({ service, id, type, key, attempts, waitingBehind, lastFailedAt, errors }) => [
      `${service}/${id}`,
      type,
      key,
      String(attempts),
      String(waitingBehind),
      lastFailedAt?.toISOString() ?? '',
      (errors.at(-1)?.error ?? '').split('\n')[0]!.slice(0, 80),
    ]),
  );
  const last = shown.at(-1)!;
  if (page.length > limit)
    console.log(
      `\nMore: npm run stack -- dead-letters list ${options.waiting ? '--waiting ' : ''}--after ${last.service}/${last.id}`,
    );
}

async function show(around: Running, ids: readonly { service: ServiceName; id: string }[], json: boolean): Promise<void> {
  for (const { service, id } of ids) {
    const found = await query(service, around, (database) => deadLetter(database, id));
    if (!found) throw new Error(`${service} has no parked message ${id}: it was handled, discarded, or never one.`);
    const { body, ...evidence } = found;
    if (json) console.log(JSON.stringify({ service, ...evidence, body: body.toString('utf8') }, null, 2));
    else console.log(evidenceOf(service, found).join('\n'));
  }
}

/** `payment/12`, or `12` beside `--service payment`: every database counts its own. */
export function parseId(name: string, service?: string): { service: ServiceName; id: string } {
  const [, named, id] = /^(?:([a-z][a-z-]*)\/)?(\d+)$/.exec(name) ?? [];
  if (id === undefined) throw new Error(`"${name}" names no dead letter: they are named as payment/12.`);
  if (named === undefined && service === undefined)
    throw new Error(`Whose dead letter is ${name}? Write it as payment/${name}, or add --service payment.`);
  return { service: serviceNamed(named ?? service), id };
}

const query = <T>(service: ServiceName, around: Running, work: (database: Queries) => Promise<T>): Promise<T> =>
  inDatabase(service, around, (client) =>
    work({
      query: async <Rows>(sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows as Rows,
    }),
  );
