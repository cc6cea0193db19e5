/** The console's pages by the first part of their address. infra/nginx/operations.conf answers these with index.html. */
export const PAGES = ['live', 'orders', 'break', 'dead-letters', 'contracts', 'measure', 'processes'] as const;
export type Page = (typeof PAGES)[number];

/** `/orders/0199...` is on the page of orders; `/` is the live one. */
export const pageOf = (path: string): Page => PAGES.find((page) => page === path.split('/')[1]) ?? 'live';
