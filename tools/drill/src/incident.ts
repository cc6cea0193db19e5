import type { DrilledSystem, Expected } from '@waybill/alerts';

/** Where the system itself tells what is wrong. `npm run drill -- verify` has seen each of them. */
export interface Evidence {
  /** An alert that fires. */
  readonly alert?: Expected;
  /** A question to Prometheus that has an answer then, and none when all is well; and the panel of a board that draws it. */
  readonly figure?: { readonly query: string; readonly panel: string; readonly shows: string };
  /** Words in the log of one of these processes. */
  readonly log?: { readonly of: readonly string[]; readonly has: string };
}

/** Something that is broken, at one place. */
export interface Incident {
  readonly kind: string;
  readonly place: string;
  readonly evidence: Evidence;
  /** Resolves when it is broken, with what mends it. */
  begin(system: DrilledSystem): Promise<() => Promise<unknown>>;
}

/** A kind of incident: a word for an answer, and everywhere it may be. */
export interface Kind {
  readonly name: string;
  readonly what: string;
  readonly places: readonly string[];
  at(place: string): Pick<Incident, 'evidence' | 'begin'>;
}
