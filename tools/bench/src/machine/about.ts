import { cpus, release, totalmem } from 'node:os';

/** What a reader has to know of the machine that a figure comes from. */
export interface AboutMachine {
  readonly at: string;
  readonly processors: number;
  readonly model: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export const machineNow = (): AboutMachine => ({
  at: new Date().toISOString(),
  processors: cpus().length,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 1e9),
  system: `Linux ${release()}`,
  node: process.version,
});
