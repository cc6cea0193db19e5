import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { freePorts, isFree } from './ports.ts';

describe('freePorts', () => {
  it('names as many different ports as are asked for, and each is free', async () => {
    const ports = await freePorts(40);
    expect(new Set(ports).size).toBe(40);
    expect(await Promise.all(ports.map(isFree))).not.toContain(false);
  });

  it('names no port that the kernel may give to an outgoing connection meanwhile', async () => {
    const firstOfConnections = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
    expect(Math.max(...(await freePorts(40)))).toBeLessThan(firstOfConnections);
  });

  it('names none that is spoken for', async () => {
    const evenPorts = new Set(Array.from({ length: 65_536 }, (_, port) => port).filter((port) => port % 2 === 0));
    const ports = await freePorts(20, evenPorts);
    expect(ports.filter((port) => evenPorts.has(port))).toEqual([]);
  });
});
