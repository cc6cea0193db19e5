/** Made by build.mjs from the services' source. */
declare module 'virtual:handlers' {
  export const handlers: import('./handlers-in.ts').Handlers;
}

declare module 'virtual:tables' {
  export const tables: import('./tables-in.ts').Tables;
}
