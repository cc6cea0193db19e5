interface GatheringOptions<Item> {
  /** The most of one run, counted by `sizeOf`. A larger item has a run for itself. */
  readonly atMost: number;
  /** Unset: each item counts as one. */
  readonly sizeOf?: (item: Item) => number;
  /** A run that takes longer lets one more run begin beside it. Unset: one run at a time, however long it takes. */
  readonly patienceMs?: number;
  /** Answers each item by itself, its failure included: it never throws. */
  readonly run: (items: readonly Item[]) => Promise<void>;
}

/**
 * Gathers items that come at the same time: all that come while a run is under way go together into the next one. There is no
 * timer, so an item that comes alone does not wait.
 */
export class Gathering<Item> {
  #waiting: Item[] = [];
  #underWay = false;
  /** The run that has taken longer than `patienceMs`. */
  #slow: Promise<void> | undefined;

  constructor(private readonly options: GatheringOptions<Item>) {}

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#underWay) void this.#runWhatWaits();
  }

  async #runWhatWaits(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) await this.#endOrPatience(this.options.run(this.#takeNext()));
    this.#underWay = false;
  }

  #takeNext(): Item[] {
    const { atMost, sizeOf = () => 1 } = this.options;
    let size = 0;
    const tooMany = this.#waiting.findIndex((item) => (size += sizeOf(item)) > atMost);
    return this.#waiting.splice(0, tooMany === -1 ? Infinity : Math.max(1, tooMany));
  }

  /** Resolves at the end of a run, or when patience with it is over. */
  async #endOrPatience(run: Promise<void>): Promise<void> {
    const { patienceMs } = this.options;
    if (patienceMs === undefined || this.#slow) return run;
    let timer: NodeJS.Timeout | undefined;
    const isSlow = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, patienceMs, true)));
    if (await Promise.race([run.then(() => false), isSlow])) this.#slow = run.finally(() => (this.#slow = undefined));
    clearTimeout(timer);
  }
}
