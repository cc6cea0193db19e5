import type { Target } from '../generator/load.ts';
import type { Statements } from '../statements.ts';
import type { Cpu } from '../machine/cpu.ts';

/** A design that takes orders, as the bench measures it. */
export interface System {
  readonly name: string;
  /** Makes it the one that is measured next, and says where to send orders. */
  ready(): Promise<Target>;
  /** What its processes, the servers and the generator have used so far. */
  cpu(): Cpu;
  /** What its services have had PostgreSQL complete so far. */
  statements(): Promise<Readonly<Record<string, Statements>>>;
  /** Resolves when every order has its mail and nothing is on its way, with how much was given up after a minute. */
  quiet(): Promise<number>;
}
