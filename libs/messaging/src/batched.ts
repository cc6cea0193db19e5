/**
 * A statement that is asked for one and runs for many: parts of a transaction that ask it at the same time share one round trip.
 * Its parameters are columns: $1 is the array of what all askers gave first, and so on, in the order of what they hold.
 */
export interface Batched<Parameters extends readonly unknown[], Row> {
  readonly sql: string;
  /** Whose a row of the answer is: what its asker gave as the first parameter. Unset: the statement answers nothing. */
  readonly of?: (row: Row) => string;
  /** What the asker has for itself from then on, until its part ends. Undefined: nothing, and others may ask the same. */
  readonly holds: (...parameters: Parameters) => string | undefined;
}

type Keyed = readonly [key: string, ...others: unknown[]];

/** Reads or writes what the first parameter names. Nobody else of the transaction gets at that before the asker has ended. */
export function batched<Parameters extends Keyed, Row = never>(
  sql: string,
  of?: (row: Row) => string,
  holds: (...parameters: Parameters) => string = (...[key]) => key,
): Batched<Parameters, Row> {
  return { sql, holds, ...(of && { of }) };
}

/** Reads what others may read at the same time, and locks nothing. */
export const batchedRead = <Parameters extends Keyed, Row>(sql: string, of: (row: Row) => string): Batched<Parameters, Row> => ({
  sql,
  of,
  holds: () => undefined,
});

/** How a part asks. */
export type AskFor = <P extends readonly unknown[], Row>(statement: Batched<P, Row>, parameters: P) => Promise<Row[]>;

type Query = (sql: string, columns: unknown[][]) => Promise<unknown[]>;

interface Ask {
  readonly part: Part;
  readonly statement: Batched<readonly unknown[], unknown>;
  readonly parameters: readonly unknown[];
  readonly answer: (rows: unknown[]) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks a batched statement for one, at once. */
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
 * Lets the parts of a transaction take turns. One runs at a time, from its start to its end or to a batched statement; when all
 * have ended or wait at one, what they wait for runs once for all of them. So no part is interrupted anywhere else,
 * and what it has asked for by its key is its own until it has ended.
 */
export class Turntable {
  #asks: Ask[] = [];
  readonly #holders = new Map<string, Part>();

  constructor(private readonly query: Query) {}

  /** Runs the parts. What the first of them throws, or a statement, fails all of them. */
  async run<T>(works: readonly ((ask: AskFor) => Promise<T>)[]): Promise<T[]> {
    const parts: Part<T>[] = [];
    try {
      for (const work of works) {
        const part = new Part<T>((ask) => this.#asks.push(ask));
        parts.push(part);
        await this.#turnOf(part, () => part.start(work));
      }
      while (this.#asks.length > 0) await this.#askNext();
      return await Promise.all(parts.map(({ result }) => result!));
    } catch (error) {
      // They end now, and not in ten seconds by their deadline, when the connection is somebody else's.
      for (const { fail } of this.#asks.splice(0)) fail(error);
      throw error;
    }
  }

  async #turnOf(part: Part, goOn: () => void): Promise<void> {
    await part.turn(goOn, () => this.#asks.some((ask) => ask.part === part));
    if (!part.ended) return;
    await part.result;
    for (const [key, holder] of this.#holders) if (holder === part) this.#holders.delete(key);
  }

  /** One statement, for all who wait for it and may have what they ask for. */
  async #askNext(): Promise<void> {
    const first = this.#asks.find((ask) => this.#mayAsk(ask));
    if (!first) throw new Error('Parts of one transaction wait for each other: each holds a key that another asks for.');
    const { statement } = first;
    const asks: Ask[] = [];
    for (const ask of this.#asks) {
      if (ask.statement !== statement || !this.#mayAsk(ask)) continue;
      asks.push(ask);
      const key = statement.holds(...ask.parameters);
      if (key !== undefined) this.#holders.set(key, ask.part);
    }
    const rows = await this.query(statement.sql, columnsOf(asks));
    const { of } = statement;
    const byKey = of ? Map.groupBy(rows, of) : new Map<string, unknown[]>();
    for (const ask of asks) {
      this.#asks.splice(this.#asks.indexOf(ask), 1);
      await this.#turnOf(ask.part, () => ask.answer(byKey.get(String(ask.parameters[0])) ?? []));
    }
  }

  #mayAsk({ part, statement, parameters }: Ask): boolean {
    const key = statement.holds(...parameters);
    const holder = key === undefined ? undefined : this.#holders.get(key);
    return holder === undefined || holder === part;
  }
}

/** Sorted by what they hold, so that two transactions lock what they share in one order. Reads of the same are one. */
function columnsOf(asks: readonly Ask[]): unknown[][] {
  const byHeld = new Map(
    asks.map(({ parameters, statement }) => [statement.holds(...parameters) ?? String(parameters[0]), parameters]),
  );
  const sorted = [...byHeld].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, parameters]) => parameters);
  return sorted[0]!.map((_, column) => sorted.map((parameters) => parameters[column]));
}

class Part<T = unknown> {
  ended = false;
  result: Promise<T> | undefined;
  #rest: () => void = () => {};

  constructor(private readonly push: (ask: Ask) => void) {}

  /** Goes on, and resolves when the part has ended or waits at a batched statement: for another answer, if it has asked for more. */
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
        answer: answer as Ask['answer'],
        fail,
      });
      this.#rest();
    });
}
