export * from './contract.js';
export * from './masked.js';
export * from './outgoing.js';
export * from './text.js';
export * from './topology.js';
