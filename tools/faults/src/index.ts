export { BALANCERS } from './balancers.ts';
export { faultRun } from './fault-run.ts';
export { soon } from './in-flight.ts';
export { printResult } from './print-result.ts';
export { sendTraffic } from './traffic.ts';
export type { FaultRun, LoadedSystem } from './types.ts';
