import { describe, expect, it } from '@jest/globals';
import { emptiness } from './emptiness.ts';
import { runs } from './runs.ts';
import type { FaultRun } from './types.ts';

const named = (name: string): FaultRun => runs.find((run) => run.name === name)!;
const result = {
  faults: [{ what: 'kill -9', inFlight: 12 }],
  payments: {},
  duplicates: 0,
  redelivered: 0,
};

describe('a run that has hit nothing', () => {
  it('did nothing, or met no order', () => {
    expect(emptiness(named('kill-kafka'), { ...result, faults: [] })).toEqual(['nothing was done to the system']);
    const met = { ...result, faults: [{ what: 'kill -9', inFlight: 0 }] };
    expect(emptiness(named('kill-kafka'), met)).toEqual(['a fault met no order in flight']);
  });

  it('of RabbitMQ has seen no duplicates, whatever the broker says of redeliveries', () => {
    const run = named('kill-rabbitmq');
    expect(emptiness(run, { ...result, redelivered: 40 })).toEqual([expect.stringContaining('no duplicate was seen')]);
    expect(emptiness(run, { ...result, redelivered: 40, duplicates: 3 })).toEqual([]);
  });
});
