export { alert, type DrilledSystem } from './drill.ts';
export { firing, isAmong, nameOf, type Expected } from './firing.ts';
export { holdUp } from './held-up-replica.ts';
export { littleMemory } from './little-memory.ts';
export { askPrometheus, prometheusOf } from './prometheus.ts';
export { putPoison } from './rabbitmq-admin.ts';
