import { isWell, type Unit } from './break-it.ts';

/** How often and how long something was away, as far as this page has looked. */
export interface Seen {
  /** Since when it has been away, now. */
  readonly awaySince?: number;
  /** How long it was away the last time. */
  readonly awayMs?: number;
}

export type AllSeen = Readonly<Record<string, Seen>>;

/** Notes what has changed since the last look. */
export const look = (before: AllSeen, units: readonly Unit[], now: number): AllSeen =>
  Object.fromEntries(
    units.map((unit) => {
      const last = before[unit.name] ?? {};
      if (!isWell(unit)) return [unit.name, { ...last, awaySince: last.awaySince ?? now }];
      return [unit.name, last.awaySince === undefined ? last : { awayMs: now - last.awaySince }];
    }),
  );
