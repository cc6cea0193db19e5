import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { busyMs } from './cpu.ts';

/** What the machine gave at a moment at which it had nothing to do for us. */
export interface Calibration {
  /** How long a fixed piece of computing took. */
  readonly spinMs: number;
  /** How long the disk took to say that 4 kB are safe: the middle of 20. */
  readonly fsyncMs: number;
}

export function calibrate(folder: string): Calibration {
  return { spinMs: spin(), fsyncMs: fsync(folder) };
}

/** The least of three: one of them may meet a moment in which another process has the processor. */
function spin(): number {
  const block = Buffer.alloc(1 << 20, 'waybill');
  return Math.min(
    ...Array.from({ length: 3 }, () => {
      const started = performance.now();
      const hash = createHash('sha256');
      for (let i = 0; i < 24; i += 1) hash.update(block);
      hash.digest();
      return performance.now() - started;
    }),
  );
}

function fsync(folder: string): number {
  const file = join(folder, 'calibration');
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(4_096, 1);
  try {
    return median(
      Array.from({ length: 20 }, () => {
        const started = performance.now();
        writeSync(descriptor, page, 0, page.length, 0);
        fdatasyncSync(descriptor);
        return performance.now() - started;
      }),
    );
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}

/** How much of the machine others may use during a round, and how much slower than the best a spin may be. */
const OTHERS_AT_MOST = 0.08;
const SPIN_AT_MOST = 1.3;

/** Why a round does not count, if so. */
export function disturbance(
  round: { readonly othersShare: number; readonly spinMs: number },
  bestSpinMs: number,
): string | undefined {
  if (round.othersShare > OTHERS_AT_MOST) return `others used ${Math.round(100 * round.othersShare)} % of the processors`;
  const slower = round.spinMs / bestSpinMs;
  if (slower > SPIN_AT_MOST) return `the processor was ${slower.toFixed(1)} times slower than at its best`;
  return undefined;
}

/** Notes how busy the whole machine is from here on. */
export class Machine {
  readonly #startedAt = performance.now();
  readonly #busy = busyMs();

  /** The share of all processors that went to processes that are not ours. */
  othersShare(oursMs: number): number {
    const available = (performance.now() - this.#startedAt) * cpus().length;
    return Math.max(0, busyMs() - this.#busy - oursMs) / available;
  }
}
