import { describe, expect, it } from '@jest/globals';
import { FAULT_NAMES, isOn, withFault } from './faults.js';

const NOTHING = { provider: { refuse: 0, down: false, keys: 'expire' }, mail: { refuse: 0, down: false }, seed: 7 };

describe('a fault of the outside world', () => {
  it.each(FAULT_NAMES)('%s is on when it was switched on, and leaves the settings as they were when it is off again', (name) => {
    expect(isOn(name, NOTHING)).toBe(false);
    const on = withFault(NOTHING, name, true);
    expect(isOn(name, on)).toBe(true);
    const off = withFault(on, name, false);
    expect(isOn(name, off)).toBe(false);
    expect(off).toMatchObject(NOTHING);
  });

  it('is one of several: each is switched by itself', () => {
    const both = withFault(withFault(NOTHING, 'provider-down', true), 'mail-refuses', true);
    expect([isOn('provider-down', both), isOn('mail-refuses', both), isOn('mail-down', both)]).toEqual([true, true, false]);
    const one = withFault(both, 'provider-down', false);
    expect([isOn('provider-down', one), isOn('mail-refuses', one)]).toEqual([false, true]);
  });
});
