export { aggregationsOf, type Aggregation } from './kibana-objects.ts';
export { setUpLogIndex } from './log-index.ts';
export { oneOrder, panels, searches } from './log-searches.ts';
