import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { defaultPorts, topology, units, type Choice, type Part } from './topology.ts';

const parts: Record<string, Part> = {
  store: { runs: 'postgres', ports: { sql: 100 }, after: [] },
  shop: { runs: 'app', ports: { http: 200 }, replicas: 2, after: ['store'] },
};
const withKiosk: Record<string, Part> = { ...parts, kiosk: { runs: 'app', ports: { http: 300 }, after: [], profile: 'kiosk' } };
const namesOf = (chosen: Choice) => units(withKiosk, chosen).map(({ name }) => name);

describe('the topology', () => {
  it('gives replicas a number and the ports in a row, and a single one neither', () => {
    expect(units(parts).map(({ name, replica }) => [name, replica])).toEqual([
      ['store', 1],
      ['shop-1', 1],
      ['shop-2', 2],
    ]);
    expect(defaultPorts(parts)).toEqual({ 'store.sql': 100, 'shop-1.http': 200, 'shop-2.http': 201 });
  });

  it('keeps the parts that are named, and refuses one that it does not have', () => {
    expect(units(parts, { only: ['shop'] }).map(({ name }) => name)).toEqual(['shop-1', 'shop-2']);
    expect(() => units(parts, { only: ['shop', 'kiosk'] })).toThrow('There is no kiosk: choose from store, shop.');
    expect(() => units(parts, { with: ['kiosk'] })).toThrow('There is no kiosk');
  });

  it('starts a part of a profile only when it is asked for, and has a port for it all the same', () => {
    expect(namesOf({})).toEqual(['store', 'shop-1', 'shop-2']);
    expect(namesOf({ with: ['kiosk'] })).toEqual(['store', 'shop-1', 'shop-2', 'kiosk']);
    expect(namesOf({ only: ['store', 'kiosk'] })).toEqual(['store', 'kiosk']);
    expect(namesOf({ only: ['store'], with: ['kiosk'] })).toEqual(['store', 'kiosk']);
    expect(defaultPorts(withKiosk)).toMatchObject({ 'kiosk.http': 300 });
  });

  it('gives no port twice', () => {
    const ports = Object.values(defaultPorts());
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('waits only for parts that exist and come before, so nobody waits for himself', () => {
    const names = Object.keys(topology);
    for (const [index, { after }] of Object.values<Part>(topology).entries())
      for (const other of after) {
        expect(names).toContain(other);
        expect(names.indexOf(other)).toBeLessThan(index);
      }
  });

  it('names scripts whose sources exist', () => {
    for (const { script } of Object.values<Part>(topology)) {
      if (!script) continue;
      const source = script.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
      expect([script, existsSync(join(projectRoot, source))]).toEqual([script, true]);
    }
  });
});
