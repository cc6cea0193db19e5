/** Elapsed times of the phases, in milliseconds since the command was typed. */
export class Clock {
  /** `tools/run.mjs` passes the moment at which it began on, so that an installation is in the times. */
  private readonly startedAt = Number(process.env['WAYBILL_STARTED_AT']) || Date.now() - Math.round(performance.now());

  sinceStart(at: number = Date.now()): number {
    return Math.round(at - this.startedAt);
  }

  say(text: string): void {
    console.log(`${(this.sinceStart() / 1000).toFixed(1).padStart(6)} s  ${text}`);
  }
}
