import type { Damage, Finding, OrderRequest, Product, RunningStack } from '@waybill/demo';
import type { Figures } from './figures.ts';
import type { Traffic } from './traffic.ts';

/** What a run breaks, and what it may know while orders are being sent. */
export interface LoadedSystem {
  readonly stack: RunningStack;
  readonly instance: string;
  /** How often a run that goes in rounds goes round, and how many kills one that counts them makes. */
  readonly rounds: number;
  readonly kills: number;
  /** For how long a run takes the outside world away. */
  readonly outageMs: number;
  /** Resolves when this share of the orders is accepted. */
  untilAccepted(share: number): Promise<void>;
  /** How many messages have come twice since the run began. */
  cameTwice(): Promise<number>;
  /** Does something to the system, and notes how many orders were in flight at that moment. */
  fault(what: string, work: () => Promise<unknown>): Promise<void>;
  /** Makes the run fail in the end: what was done did not meet what it was meant for. */
  problem(what: string): void;
  /** Counts as damage, and makes the run fail: it was seen, and leaves nothing behind that an audit could find. */
  harm(finding: Finding): void;
}

/** What was done, and to how many orders that were not settled. */
export interface Fault {
  readonly what: string;
  readonly inFlight: number;
}

/** One way to break the system under load. */
export interface FaultRun {
  readonly name: string;
  /** In one sentence, for people. */
  readonly what: string;
  break(system: LoadedSystem): Promise<void>;
  /**
   * What must come twice and be absorbed (a run in which nothing did has hit nothing), or must not come twice at all. `duplicates`:
   * the services themselves must have told of some, by the figure that the runs with `none` rely on to be 0.
   */
  readonly repeats: 'some' | 'duplicates' | 'any' | 'none';
  /** No orders beyond the number asked for, however long the breaking takes. */
  readonly noMoreOrders?: boolean;
  /** Ways for a payment to end that must have occurred. */
  readonly mustSee?: readonly string[];
  /** No request may have been sent again: each was accepted at its first try. */
  readonly everyRequestAccepted?: boolean;
  /** Requests of all kinds through these balancers in place of the orders alone; each must be answered at its only try. */
  readonly through?: readonly string[];
  /** A connection for each of these requests, in place of kept ones. */
  readonly newConnections?: boolean;
  /** Tokens of every age in place of one that is kept until it ends. */
  readonly everyToken?: boolean;
  /** The orders to send in place of the demo's mix. */
  readonly orders?: { readonly count: number; request(run: string, n: number, products: readonly Product[]): OrderRequest };
}

/** What a run came to. */
export interface RunResult extends Figures {
  readonly name: string;
  readonly orders: number;
  /** Requests that the clients had to send again, by reason. */
  readonly repeated: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
  /** What came of the requests through each balancer; empty where orders alone were sent. */
  readonly traffic: readonly Traffic[];
  /** How the payments of these orders have ended. */
  readonly payments: Readonly<Record<string, number>>;
  /** From the last thing that was done to the system, and the last order, until everything was settled and accounted for. */
  readonly settledS: number;
  /** For so long at most this process got no processor: the machine was paused, or starved it. */
  readonly stoodStillS: number;
  /** So many orders, of each kind of damage. */
  readonly damage: Readonly<Record<Damage, number>>;
  readonly problems: readonly string[];
  /** So many of the problems are those that a pause of the whole machine brings about as well. */
  readonly disturbed: number;
}
