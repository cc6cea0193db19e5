export { deliversOnce, type OnceSpec } from './delivers-once.js';
export { eventually } from './eventually.js';
export { asSuperuser, freshDatabase, type FreshDatabase } from './fresh-database.js';
export { freshName, freshService } from './fresh-name.js';
export { given } from './given.js';
export { control, type Server, testStack, type TestStack } from './stack.js';
export { type Address, tcpProxy, type TcpProxy } from './tcp-proxy.js';
export { startWorker, type Worker } from './worker.js';
