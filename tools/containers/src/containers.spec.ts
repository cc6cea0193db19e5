import { describe, expect, it } from '@jest/globals';
import { containerOf, memoryIn } from './containers.ts';

const inspected = {
  Name: '/waybill-nginx-1',
  RestartCount: 2,
  Config: { Labels: { 'com.docker.compose.service': 'nginx', 'com.docker.compose.container-number': '1' } },
  State: { Running: true, Pid: 4711, Health: { Status: 'healthy' } },
  HostConfig: { RestartPolicy: { Name: 'unless-stopped' } },
  NetworkSettings: { Ports: { '80/tcp': null, '8080/tcp': [{ HostPort: '9080' }] } },
};

describe('a container', () => {
  it('is told by what the engine says of it', () => {
    expect(containerOf(inspected)).toEqual({
      name: 'waybill-nginx-1',
      service: 'nginx',
      number: 1,
      running: true,
      healthy: true,
      pid: 4711,
      restarts: 2,
      clear: false,
      published: { 8080: 9080 },
    });
  });

  it.each([
    [{ Status: 'healthy' }, true],
    [{ Status: 'starting' }, false],
    [undefined, true],
  ])('with the health %j is healthy: %s', (Health, healthy) => {
    expect(containerOf({ ...inspected, State: { Running: true, Pid: 1, ...(Health && { Health }) } }).healthy).toBe(healthy);
  });

  it('that was killed is not healthy, whatever its last check said', () => {
    const killed = { ...inspected, State: { Running: false, Pid: 0, Health: { Status: 'healthy' } } };
    expect(containerOf(killed)).toMatchObject({ running: false, healthy: false, pid: null });
  });
});

it.each([
  ['waybill-order-1 85.5MiB / 320MiB', ['waybill-order-1', 89_653_248]],
  ['waybill-kafka-1 1.5GiB / 2GiB', ['waybill-kafka-1', 1_610_612_736]],
  ['waybill-nginx-1 0B / 0B', ['waybill-nginx-1', 0]],
])('reads the memory in %j', (line, expected) => {
  expect(memoryIn(line)).toEqual(expected);
});
