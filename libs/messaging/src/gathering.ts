/**
 * Gathers items that come at the same time: all that come while a run is under way go together into the next one. There is no
 * timer, so an item that comes alone does not wait.
 */
export class Gathering<Item> {
  #waiting: Item[] = [];
  #underWay = false;

  constructor(
    /** The most items of one run. */
    private readonly atMost: number,
    /** Answers each item by itself, its failure included: it never throws. */
    private readonly run: (items: readonly Item[]) => Promise<void>,
  ) {}

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#underWay) void this.#runWhatWaits();
  }

  async #runWhatWaits(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) await this.run(this.#waiting.splice(0, this.atMost));
    this.#underWay = false;
  }
}
