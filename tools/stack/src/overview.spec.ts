import { expect, it } from '@jest/globals';
import { partsOf } from './overview.ts';
import { linesOf } from './verbs/print-overview.ts';

const service = (name: string, healthy = true) => ({ name, pid: 1, state: 'ready', ports: {}, healthy, restarts: 0 });

const parts = partsOf(
  [service('outside-world'), service('payment-1'), service('payment-2', false), service('payment-3')],
  ({ name }) => (name.startsWith('payment') ? 80e6 : 70e6),
);

it('counts the replicas of a part, those that are healthy, and the memory of all', () => {
  expect(parts).toEqual([
    { name: 'outside-world', replicas: 1, healthy: 1, memoryBytes: 70e6 },
    { name: 'payment', replicas: 3, healthy: 2, memoryBytes: 240e6 },
  ]);
});

it('prints a line for each part, the sum, and the addresses that answer', () => {
  expect(linesOf(parts, { edge: 'http://127.0.0.1:8080', outsideWorld: 'http://127.0.0.1:8090' })).toEqual([
    'SERVICE        REPLICAS  HEALTHY  MEMORY',
    'outside-world         1        1   70 MB',
    'payment               3        2  240 MB',
    'together              4        3  310 MB',
    '',
    'edge           http://127.0.0.1:8080',
    'outsideWorld   http://127.0.0.1:8090',
  ]);
});

it('prints no addresses of a system that is down', () => {
  expect(linesOf(parts, {}).at(-1)).toContain('together');
});
