// Not on servers, but on Linux: what /proc tells.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { eventually } from '@waybill/testing';
import { refuse } from '../choose-ports.ts';
import { belongsTo, groupMembers, identify, isAlive, isSuspended, processesOf } from './identity.ts';
import { freePorts, holderOf, isFree } from '../ports.ts';

describe('a process', () => {
  const dir = `/nowhere/${process.pid}`;
  let child: ChildProcess;
  let pid: number;
  beforeEach(async () => {
    child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { WAYBILL_STACK: dir } });
    pid = child.pid!;
    await eventually('it carries its environment', () => belongsTo(pid, dir));
  });
  afterEach(() => void child.kill('SIGKILL'));

  test('is itself by its start and its boot, not by its pid', () => {
    const identity = identify(pid)!;
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, startTime: String(Number(identity.startTime) - 1) })).toBe(false);
    expect(isAlive({ ...identity, bootId: 'the one before' })).toBe(false);
  });

  test('is not alive once it has ended, and has no identity then', async () => {
    const identity = identify(pid)!;
    child.kill('SIGKILL');
    await eventually('it has ended', () => !isAlive(identity));
    await eventually('nobody has the pid', () => identify(pid) === undefined);
  });

  test('belongs to the folder whose mark it carries, and is found by it', () => {
    expect(processesOf(dir)).toEqual([pid]);
    expect(belongsTo(pid, `${dir}0`)).toBe(false);
    expect(belongsTo(pid, dir, 'WAYBILL_GUARDIAN')).toBe(false);
    expect(groupMembers(pid)).toEqual([pid]);
  });

  test('shows that it is suspended', async () => {
    expect(isSuspended(pid)).toBe(false);
    child.kill('SIGSTOP');
    await eventually('it is', () => isSuspended(pid));
  });
});

describe('a port', () => {
  test('that is taken is refused with its holder and the setting that moves it, all of them at once', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await isFree(port)).toBe(false);
    expect(holderOf(port)).toMatch(new RegExp(`^\\S+ \\(process ${process.pid}\\)$`));
    expect(() => refuse({ 'nginx.edge': port, 'order-2.http': port }, ['nginx.edge', 'order-2.http'])).toThrow(
      new RegExp(
        `^Port ${port} \\(nginx.edge\\) is held by .* \\(process ${process.pid}\\)\\. .*WAYBILL_PORT_NGINX_EDGE=.*\\nPort ${port} \\(order-2.http\\)`,
      ),
    );
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).toBe(true);
  });

  test('is given out once', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
  });
});
