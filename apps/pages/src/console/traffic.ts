import { ask } from '../shared/ask.ts';

/** What the console answers of its stream of orders, which all pages share. */
export interface Traffic {
  readonly running: boolean;
  readonly ordersPerSecond: number;
  readonly sent: number;
  readonly accepted: number;
  readonly waiting: number;
  readonly repeated: number;
  readonly failed: number;
}

export const TRAFFIC = '/console/api/traffic';

/** Begins a stream of orders, in place of the one that runs. */
export const startTraffic = (wish: { readonly ordersPerSecond: number; readonly seconds: number }): Promise<Traffic> =>
  ask(TRAFFIC, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) });

export const stopTraffic = (): Promise<Traffic> => ask(TRAFFIC, { method: 'DELETE' });
