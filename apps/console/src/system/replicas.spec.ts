import { describe, expect, it } from '@jest/globals';
import { Replicas } from './replicas.js';

class World {
  now = 1_000;
  /** Who answers at which address. */
  alive = new Map<string, string>();
  dns: Record<string, string[]> = {};
  readonly replicas = (watched: string) =>
    new Replicas(
      watched.split(',').map((entry) => {
        const [name, host, port] = entry.split(/[=:]/);
        return { name: name!, host: host!, port: Number(port) };
      }),
      async (address) => this.alive.get(address),
      async (host) => this.dns[host] ?? [host],
      () => this.now,
    );
}
const told = (found: Awaited<ReturnType<Replicas['look']>>) => found.map(({ name, up, since }) => [name, up, since]);

describe('the replicas', () => {
  it('are as they answer, and since when', async () => {
    const world = new World();
    const replicas = world.replicas('order-1=127.0.0.1:1,order-2=127.0.0.1:2');
    world.alive.set('127.0.0.1:1', 'order-1');
    expect(told(await replicas.look())).toEqual([
      ['order-1', true, 1_000],
      ['order-2', false, 1_000],
    ]);
    world.now = 3_000;
    world.alive.delete('127.0.0.1:1');
    world.alive.set('127.0.0.1:2', 'order-2');
    await replicas.look();
    world.now = 5_000;
    expect(told(await replicas.look())).toEqual([
      ['order-1', false, 3_000],
      ['order-2', true, 3_000],
    ]);
  });

  it('are missed for two minutes after their address has left the DNS, as a killed container does at once', async () => {
    const { world, replicas } = inContainers();
    await replicas.look();
    world.dns = { order: ['10.0.0.2'] };
    world.now = 2_000;
    expect(told(await replicas.look())).toEqual([
      ['order-1', false, 2_000],
      ['order-2', true, 1_000],
    ]);
    world.now = 121_000;
    expect((await replicas.look()).length).toBe(1);
  });

  it('are missed no more when they are back at another address', async () => {
    const { world, replicas } = inContainers();
    await replicas.look();
    world.dns = { order: ['10.0.0.2', '10.0.0.9'] };
    world.alive.set('10.0.0.9:1', 'order-1');
    expect(told(await replicas.look()).map(([name, up]) => [name, up])).toEqual([
      ['order-1', true],
      ['order-2', true],
    ]);
  });

  it('keep their names while they do not answer, and are their address before they ever did', async () => {
    const { world, replicas } = inContainers();
    await replicas.look();
    world.alive.delete('10.0.0.1:1');
    world.dns = { order: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] };
    expect(told(await replicas.look()).map(([name, up]) => [name, up])).toEqual([
      ['order-1', false],
      ['order-2', true],
      ['order@10.0.0.3', false],
    ]);
  });
});

/** Both copies of the service behind one name, as in containers. */
function inContainers() {
  const world = new World();
  world.dns = { order: ['10.0.0.1', '10.0.0.2'] };
  world.alive = new Map([
    ['10.0.0.1:1', 'order-1'],
    ['10.0.0.2:1', 'order-2'],
  ]);
  return { world, replicas: world.replicas('order=order:1') };
}
