import { SERVICES, type ServiceName } from '@waybill/contracts';
import { printTable } from '@waybill/kit';
import { type Act, type CountedGroup, type DeadLetter, type DeadLetterInFull, ONE_ACT_TAKES } from '@waybill/messaging';
import { serviceNamed } from '../supervision/running.ts';
import { type AskService, waysTo } from './ask-service.ts';
import { evidenceOf } from './evidence.ts';
import { makeDeadLetters } from './make-dead-letters.ts';

export interface DeadLetterOptions {
  readonly instance?: string;
  /** `docker`: the system in containers. */
  readonly with?: string;
  readonly service?: string;
  readonly reason?: string;
  /** The id that ended the page before. */
  readonly after?: string;
  readonly limit?: string;
  /** What waits, instead of what is dead. */
  readonly waiting?: boolean;
  /** Names a group by one of its dead letters. */
  readonly like?: string;
  readonly 'per-second'?: string;
  readonly json: boolean;
}

/** As JSON brings it: times are texts. */
type Told<T> = { readonly [Name in keyof T]: Date extends T[Name] ? string | Exclude<T[Name], Date> : T[Name] };
type ToldInFull = Told<Omit<DeadLetterInFull, 'body'>> & { readonly body: string; readonly bodyEncoding: 'utf8' | 'base64' };
/** A parked message by its service and its number there. */
interface Named {
  readonly service: ServiceName;
  readonly id: string;
}

const WHAT = ['list', 'groups', 'show', 'redrive', 'discard', 'acts', 'make'];

/** `dead-letters [list | groups | show ID | redrive ID ... | discard ID ... --reason TEXT | acts | make [N]]` */
export async function deadLetterCommand([what = 'list', ...names]: readonly string[], options: DeadLetterOptions): Promise<void> {
  if (!WHAT.includes(what)) throw new Error(`dead-letters can ${WHAT.join(', ')}, not "${what}".`);
  if (what === 'make') return make(names[0], options);
  const ids = names.map((name) => parseId(name, options.service));
  const request = what === 'redrive' || what === 'discard' ? requestOf(what, ids, options) : undefined;
  const like = options.like === undefined ? undefined : parseId(options.like, options.service);
  if (what === 'show' && ids.length === 0) throw new Error(WHICH);
  const asked = await waysTo({ instance: options.instance, inContainers: options.with === 'docker' });
  if (what === 'list') return list(asked, options);
  if (what === 'groups') return groups(asked, options);
  if (what === 'acts') return acts(asked, options);
  if (what === 'show') return show(asked, ids, options.json);
  if (like) return actOnGroup(asked, what, like, request!);
  for (const service of SERVICES) {
    const mine = ids.filter((id) => id.service === service).map(({ id }) => id);
    if (mine.length === 0) continue;
    const { changed } = await asked<Told<Act>>(service, `dead-letters/${what}`, { ...request, ids: mine });
    console.log(`${service}: ${changed} of ${mine.length} ${what === 'redrive' ? 'get all their attempts again' : 'discarded'}.`);
    // A person should hear of a message that they named and that is gone, or is being tried at this moment.
    if (changed < mine.length) process.exitCode = 1;
  }
}

async function make(count = '1', { instance, with: where }: DeadLetterOptions): Promise<void> {
  if (where === 'docker') throw new Error('It writes to a database, which no process outside the containers reaches.');
  const orders = await makeDeadLetters(Number(count), instance);
  console.log(`The order service gives up ${orders.length === 1 ? 'a command' : `${orders.length} commands`} about no order:`);
  for (const order of orders) console.log(`  ${order}`);
}

const WHICH = 'Which one? `npm run stack -- dead-letters list` names them, as payment/12.';

/** What an act says beside its messages. Throws what is missing before anybody is asked. */
function requestOf(what: string, ids: readonly Named[], { like, reason = '', 'per-second': rate }: DeadLetterOptions): object {
  if (ids.length === 0 && like === undefined) throw new Error(WHICH);
  if (ids.length > 0 && like !== undefined) throw new Error('--like names a whole group: name no other message beside it.');
  if (what === 'discard' && reason.trim() === '')
    throw new Error('Why? A discarded message is kept with its reason: --reason "the customer called".');
  if (what === 'discard') return { reason };
  if (rate === undefined) return {};
  if (like === undefined) throw new Error('--per-second is the rate of a group: --like ID names one by one of its messages.');
  if (!(Number(rate) > 0)) throw new Error(`--per-second ${rate} is no number above 0.`);
  return { perSecond: Number(rate) };
}

async function actOnGroup(asked: AskService, what: string, { service, id }: Named, request: object): Promise<void> {
  const { type, likeness: error } = await asked<Told<DeadLetter>>(service, `dead-letters/${id}`);
  const { changed, lastDueAt } = await asked<Told<Act>>(service, `dead-letters/${what}`, { ...request, type, error });
  const done = what === 'redrive' ? `get all their attempts again, the last one at ${lastDueAt}` : 'discarded';
  console.log(
    `${service}: ${changed} of ${type} that failed with "${error}" ${changed === 0 ? 'are dead, and nothing is done' : done}.`,
  );
  const { length } = await asked<unknown[]>(service, `dead-letters?${new URLSearchParams({ type, error, limit: '1' })}`);
  if (length > 0) console.log(`One act takes ${ONE_ACT_TAKES} of a group. Others are left: do it again.`);
}

/** Service after service, oldest first. The last id of a page is the cursor of the next. */
async function list(asked: AskService, options: DeadLetterOptions): Promise<void> {
  const state = stateIn(options);
  const limit = limitIn(options);
  const cursor = options.after === undefined ? undefined : parseId(options.after, options.service);
  const wanted = servicesIn(options);
  const page: (Told<DeadLetter> & { service: ServiceName })[] = [];
  for (const service of wanted.slice(cursor ? wanted.indexOf(cursor.service) : 0)) {
    // One more than is shown tells whether there is a next page.
    const query = new URLSearchParams({ state, limit: String(limit + 1 - page.length) });
    if (cursor?.service === service) query.set('after', cursor.id);
    const found = await asked<Told<DeadLetter>[]>(service, `dead-letters?${query}`);
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
      lastFailedAt ?? '',
      firstLine(errors.at(-1)?.error ?? ''),
    ]),
  );
  const last = shown.at(-1)!;
  if (page.length > limit)
    console.log(
      `\nMore: npm run stack -- dead-letters list ${options.waiting ? '--waiting ' : ''}--after ${last.service}/${last.id}`,
    );
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 80);
const stateIn = ({ waiting }: DeadLetterOptions) => (waiting ? 'waiting' : 'dead');
const servicesIn = ({ service }: DeadLetterOptions) => (service === undefined ? SERVICES : [serviceNamed(service)]);

function limitIn({ limit = '20' }: DeadLetterOptions): number {
  const number = Number(limit);
  if (Number.isInteger(number) && number >= 1 && number < 200) return number;
  throw new Error(`--limit ${limit} is not a whole number from 1 to 199.`);
}

async function groups(asked: AskService, options: DeadLetterOptions): Promise<void> {
  const found = await ofEach<CountedGroup>(asked, options, `dead-letters/groups?state=${stateIn(options)}`);
  if (options.json) return console.log(JSON.stringify(found, null, 2));
  if (found.length === 0) return console.log(`There are no ${options.waiting ? 'messages that wait' : 'dead letters'}.`);
  printTable(
    ['COUNT', 'TYPE', 'ERROR', 'OLDEST', 'NEWEST', 'ONE OF THEM'],
    found.map(({ service, count, type, error, oldestAt, newestAt, example }) => [
      String(count),
      type,
      error.slice(0, 80),
      oldestAt,
      newestAt,
      `${service}/${example}`,
    ]),
  );
}

async function acts(asked: AskService, options: DeadLetterOptions): Promise<void> {
  const found = await ofEach<Act>(asked, options, `dead-letters/acts?limit=${limitIn(options)}`);
  const newest = found.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, limitIn(options));
  if (options.json) return console.log(JSON.stringify(newest, null, 2));
  if (newest.length === 0) return console.log('Nobody has redriven or discarded a message.');
  printTable(
    ['AT', 'ACT', 'SERVICE', 'CHANGED', 'OF', 'REASON'],
    newest.map(({ at, act, service, changed, ids, type, error, perSecond, reason }) => [
      at,
      perSecond === null ? act : `${act}, ${perSecond} a second`,
      service,
      String(changed),
      ids ? ids.slice(0, 5).join(', ') + (ids.length > 5 ? ' ...' : '') : `${type}: ${firstLine(error ?? '')}`,
      reason ?? '',
    ]),
  );
}

const ofEach = async <T>(asked: AskService, options: DeadLetterOptions, path: string) =>
  (
    await Promise.all(
      servicesIn(options).map(async (service) => (await asked<Told<T>[]>(service, path)).map((each) => ({ ...each, service }))),
    )
  ).flat();

async function show(asked: AskService, ids: readonly Named[], json: boolean): Promise<void> {
  for (const { service, id } of ids) {
    const found = await asked<ToldInFull>(service, `dead-letters/${id}`);
    if (json) console.log(JSON.stringify({ service, ...found }, null, 2));
    else console.log(evidenceOf(service, inFull(found)).join('\n'));
  }
}

const inFull = ({ bodyEncoding, body, ...letter }: ToldInFull): DeadLetterInFull => ({
  ...letter,
  body: Buffer.from(body, bodyEncoding),
  firstFailedAt: letter.firstFailedAt === null ? null : new Date(letter.firstFailedAt),
  lastFailedAt: letter.lastFailedAt === null ? null : new Date(letter.lastFailedAt),
});

/** `payment/12`, or `12` beside `--service payment`: every database counts its own. */
export function parseId(name: string, service?: string): Named {
  const [, named, id] = /^(?:([a-z][a-z-]*)\/)?(\d+)$/.exec(name) ?? [];
  if (id === undefined) throw new Error(`"${name}" names no dead letter: they are named as payment/12.`);
  if (named === undefined && service === undefined)
    throw new Error(`Whose dead letter is ${name}? Write it as payment/${name}, or add --service payment.`);
  return { service: serviceNamed(named ?? service), id };
}
