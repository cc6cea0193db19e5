/**
 * A statement that is asked for one row and runs once for many: parts of a transaction that ask it at the same time share one
 * round trip. Its parameters are columns. $1 is the array of the askers' first parameters, $2 of their second ones, and so on,
 * sorted by the keys that the askers hold.
 */
export interface Batched<Parameters extends readonly unknown[], Row> {
  readonly sql: string;
  /**
   * The asker that a row of the answer belongs to, named by that asker's first parameter. Unset: the statement answers no
   * rows.
   */
  readonly of?: (row: Row) => string;
  /**
   * The key that the asker holds alone from then on, until its part ends. Undefined: it holds nothing, and others may ask for
   * the same.
   */
  readonly holds: (...parameters: Parameters) => string | undefined;
}

type Keyed = readonly [key: string, ...others: unknown[]];

/**
 * A statement that reads or writes the row that the first parameter names. No other part of the transaction gets at that row
 * before the asker has ended.
 */
export function batched<Parameters extends Keyed, Row = never>(
  sql: string,
  of?: (row: Row) => string,
  holds: (...parameters: Parameters) => string = (...[key]) => key,
): Batched<Parameters, Row> {
  return { sql, holds, ...(of && { of }) };
}

/** A statement that only reads, and locks nothing. Other parts may read the same row at the same time. */
export const batchedRead = <Parameters extends Keyed, Row>(sql: string, of: (row: Row) => string): Batched<Parameters, Row> => ({
  sql,
  of,
  holds: () => undefined,
});

/** How a part asks a batched statement. */
export type AskFor = <P extends readonly unknown[], Row>(statement: Batched<P, Row>, parameters: P) => Promise<Row[]>;

type Query = (sql: string, columns: unknown[][]) => Promise<unknown[]>;

interface Ask {
  readonly part: Part;
  readonly statement: Batched<readonly unknown[], unknown>;
  readonly parameters: readonly unknown[];
  /** The key that the asker will hold. */
  readonly key: string | undefined;
  readonly answer: (rows: unknown[]) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks a batched statement for a single asker, at once. */
export async function askAlone<P extends readonly unknown[], Row>(
  query: Query,
  { sql }: Batched<P, Row>,
  parameters: P,
): Promise<Row[]> {
  return (await query(
    sql,
    parameters.map((parameter) => [parameter]),
  )) as Row[];
}

/**
 * Lets the parts of a transaction take turns. One part runs at a time, from its start to its end or to a batched statement.
 * When every part has ended or waits at a batched statement, one statement runs once for all that wait at it. So no part is
 * interrupted anywhere else, and the key that a part has asked for stays with it until it has ended. Parts that are about one
 * key from their start run one after the other, whatever they ask for.
 */
export class Turntable {
  #asks: Ask[] = [];
  readonly #holders = new Map<string, Part>();
  /** For each key that a part under way is about: what follows it, in order. */
  readonly #followers = new Map<string, (() => Promise<void>)[]>();

  constructor(private readonly query: Query) {}

  /**
   * Runs the parts. The first error, of a part or of a statement, fails all of them. `keys` names what each part is about, if
   * it is about something.
   */
  async run<T>(works: readonly ((ask: AskFor) => Promise<T>)[], keys: readonly string[] = []): Promise<T[]> {
    const parts: Part<T>[] = [];
    try {
      for (const [index, work] of works.entries()) {
        const part = new Part<T>((ask) => this.#asks.push(ask), keys[index]);
        parts.push(part);
        await this.#begin(part, work);
      }
      while (this.#asks.length > 0) await this.#askNext();
      return await Promise.all(parts.map(({ result }) => result!));
    } catch (error) {
      // The waiting parts end now. At their deadline, 20 s later, the connection would already belong to another transaction.
      for (const { fail } of this.#asks.splice(0)) fail(error);
      throw error;
    }
  }

  /** Starts a part, behind the earlier parts of its key. */
  async #begin<T>(part: Part<T>, work: (ask: AskFor) => Promise<T>): Promise<void> {
    const start = () => this.#turnOf(part as Part, () => part.start(work));
    const followers = part.key === undefined ? undefined : this.#followers.get(part.key);
    if (followers) return void followers.push(start);
    if (part.key !== undefined) this.#followers.set(part.key, []);
    await start();
  }

  async #turnOf(part: Part, goOn: () => void): Promise<void> {
    await part.turn(goOn, () => this.#asks.some((ask) => ask.part === part));
    if (!part.ended) return;
    await part.result;
    for (const [key, holder] of this.#holders) if (holder === part) this.#holders.delete(key);
    if (part.key !== undefined) await this.#startNextOf(part.key);
  }

  async #startNextOf(key: string): Promise<void> {
    const start = this.#followers.get(key)!.shift();
    if (start) await start();
    else this.#followers.delete(key);
  }

  /** Runs one statement for all parts that wait at it and whose key no other part holds. */
  async #askNext(): Promise<void> {
    const first = this.#asks.find((ask) => this.#mayAsk(ask));
    if (!first) throw new Error('Parts of one transaction wait for each other: each holds a key that another asks for.');
    const { statement } = first;
    const asks: Ask[] = [];
    const held = new Set<string>();
    for (const ask of this.#asks) {
      if (ask.statement !== statement || !this.#mayAsk(ask)) continue;
      const { key, part } = ask;
      // Its asker asks twice for one key: one after the other.
      if (key !== undefined && held.has(key)) continue;
      asks.push(ask);
      if (key === undefined) continue;
      held.add(key);
      this.#holders.set(key, part);
    }
    const rows = await this.query(statement.sql, columnsOf(asks));
    const { of } = statement;
    const byKey = of ? Map.groupBy(rows, of) : new Map<string, unknown[]>();
    for (const ask of asks) {
      this.#asks.splice(this.#asks.indexOf(ask), 1);
      await this.#turnOf(ask.part, () => ask.answer(byKey.get(String(ask.parameters[0])) ?? []));
    }
  }

  #mayAsk({ part, key }: Ask): boolean {
    const holder = key === undefined ? undefined : this.#holders.get(key);
    return holder === undefined || holder === part;
  }
}

/** Sorted by the held keys, so that two transactions lock shared rows in one order. Several reads of the same row become one. */
function columnsOf(asks: readonly Ask[]): unknown[][] {
  const byHeld = new Map(asks.map(({ key, parameters }) => [key ?? String(parameters[0]), parameters]));
  const sorted = [...byHeld].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, parameters]) => parameters);
  return sorted[0]!.map((_, column) => sorted.map((parameters) => parameters[column]));
}

class Part<T = unknown> {
  ended = false;
  result: Promise<T> | undefined;
  #rest: () => void = () => {};

  constructor(
    private readonly push: (ask: Ask) => void,
    /** What it is about from its start. */
    readonly key: string | undefined,
  ) {}

  /**
   * Lets the part go on, and resolves when the part has ended or waits at a batched statement. A part that has asked more than
   * once may wait for another answer.
   */
  turn(goOn: () => void, waits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#rest = resolve;
      goOn();
      if (waits()) resolve();
    });
  }

  start(work: (ask: AskFor) => Promise<T>): void {
    this.result = work(this.ask);
    const end = () => {
      this.ended = true;
      this.#rest();
    };
    this.result.then(end, end);
  }

  private readonly ask: AskFor = (statement, parameters) =>
    new Promise((answer, fail) => {
      this.push({
        part: this as Part,
        statement: statement as unknown as Ask['statement'],
        parameters,
        key: statement.holds(...parameters),
        answer: answer as Ask['answer'],
        fail,
      });
      this.#rest();
    });
}
