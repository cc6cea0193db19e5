import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { restartOneByOne } from './restart-rolling.ts';

/** A system whose replicas can be down or fail to come back; it keeps what was done to it, in order. */
function system({ down = [] as string[], failing = '' } = {}) {
  const done: string[] = [];
  const names = SERVICES.flatMap((service) => [`${service}-1`, `${service}-2`]);
  let state = 'ready';
  return {
    done,
    running: {
      services: async () => names.map((name) => ({ name, state, healthy: !down.includes(name) })),
      restart: async (unit: string) => {
        done.push(unit);
        if (unit === failing) throw new Error(`${unit} was not ready after 60 s.`);
        state = 'starting';
        await new Promise((resolve) => setTimeout(resolve, 5));
        state = 'ready';
        return `${unit} is ready.`;
      },
      report: (line: string) => void done.push(line),
      rejoinMs: 1,
    },
  };
}
const restarts = (done: readonly string[]) => done.filter((line) => /^[a-z]+-\d$/.test(line));

describe('a rolling restart', () => {
  it('takes one replica after the other, of every service when nobody is named', async () => {
    const { done, running } = system();
    await restartOneByOne([], running);
    expect(restarts(done)).toEqual(SERVICES.flatMap((service) => [`${service}-1`, `${service}-2`]));
    expect(done.slice(0, 5)).toEqual([
      'order-1 drains: unready from now on, it answers until the balancers have left it',
      'order-1',
      'order-1 has finished what it held, and starts again',
      'order-1 is ready.',
      'order-1 is back in the balancers',
    ]);
  });

  it('takes services and replicas by name, each once', async () => {
    const { done, running } = system();
    await restartOneByOne(['payment-2', 'payment', 'order-1'], running);
    expect(restarts(done)).toEqual(['payment-2', 'payment-1', 'order-1']);
  });

  it.each([
    ['kiosk', `There is no kiosk: choose from ${SERVICES.join(', ')}`],
    [
      'outside-world',
      'outside-world runs once, and nothing stands in for it meanwhile: `npm run stack -- restart outside-world`.',
    ],
  ])('touches nothing when %s is among the names', async (name, words) => {
    const { done, running } = system();
    await expect(restartOneByOne(['order', name], running)).rejects.toThrow(words);
    expect(done).toEqual([]);
  });

  it('leaves the last healthy replica alone', async () => {
    const { done, running } = system({ down: ['order-2'] });
    await expect(restartOneByOne(['order'], running)).rejects.toThrow(
      'order-1 is not restarted, because no other replica of order could stand in for it: order-2 is not healthy.',
    );
    expect(done).toEqual([]);
    await restartOneByOne(['order-2'], running);
    expect(restarts(done)).toEqual(['order-2']);
  });

  it('ends at a replica that does not come back, and leaves the others as they are', async () => {
    const { done, running } = system({ failing: 'order-1' });
    await expect(restartOneByOne(['order', 'payment'], running)).rejects.toThrow('order-1 was not ready after 60 s.');
    expect(restarts(done)).toEqual(['order-1']);
  });
});
