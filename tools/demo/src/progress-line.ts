const QUIET_MS = 2_000;

/** One line that changes in place on a terminal; a new line every two seconds where the output goes to a file. */
export class ProgressLine {
  private last = '';
  private writtenAt = 0;
  private readonly terminal = process.stdout.isTTY;

  show(text: string): void {
    this.last = text;
    if (this.terminal) process.stdout.write(`\r\x1b[2K          ${text}`);
    else if (Date.now() - this.writtenAt >= QUIET_MS) this.writeLine();
  }

  /** Leaves the last text standing. */
  end(): void {
    if (this.terminal) process.stdout.write('\n');
    else this.writeLine();
  }

  private writeLine(): void {
    console.log(`          ${this.last}`);
    this.writtenAt = Date.now();
  }
}
