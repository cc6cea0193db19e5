import { describe, expect, it } from '@jest/globals';
import { FaultSwitch } from './fault-switch.js';
import { faultSettings } from './faults.js';

function switchedTo(settings: object): FaultSwitch {
  const faults = new FaultSwitch();
  faults.replace(faultSettings.parse(settings));
  return faults;
}
const calls = (faults: FaultSwitch) => Array.from({ length: 200 }, () => faults.drawCall());
const mails = (faults: FaultSwitch) => Array.from({ length: 200 }, () => faults.drawMail());
const MIX = { provider: { refuse: 0.3, loseAnswer: 0.2, slowMs: 50, slowShare: 0.5 }, mail: { reject: 0.3 } };

describe('faults by chance', () => {
  it('never happen at 0 and always at 1', () => {
    for (const call of calls(switchedTo({ provider: { failAfter: 1 } })))
      expect(call).toMatchObject({ failAfter: true, failBefore: false, slowMs: 0, delayMs: 0 });
  });

  it('happen about as often as they are set to', () => {
    const refused = calls(switchedTo({ seed: 1, provider: { refuse: 0.3 } })).filter(({ refuse }) => refuse).length;
    expect(refused).toBeGreaterThan(40);
    expect(refused).toBeLessThan(80);
  });

  it('are the same again with the same seed, and others with another', () => {
    const seven = calls(switchedTo({ seed: 7, ...MIX }));
    expect(calls(switchedTo({ seed: 7, ...MIX }))).toEqual(seven);
    expect(calls(switchedTo({ seed: 8, ...MIX }))).not.toEqual(seven);
  });

  it('of the provider do not depend on how many mails came in between, nor on its other settings', () => {
    const seven = calls(switchedTo({ seed: 7, ...MIX })).map(({ refuse }) => refuse);
    const busy = switchedTo({ seed: 7, provider: { refuse: 0.3, tooMany: 0.5 } });
    mails(busy);
    expect(calls(busy).map(({ refuse }) => refuse)).toEqual(seven);
  });

  it('slow only their share of the calls', () => {
    const slow = calls(switchedTo({ seed: 1, ...MIX })).filter(({ slowMs }) => slowMs === 50).length;
    expect(slow).toBeGreaterThan(60);
    expect(slow).toBeLessThan(140);
  });
});

it('nothing is waited for once the process is to end', async () => {
  const faults = new FaultSwitch();
  const waits = faults.wait(60_000);
  faults.onModuleDestroy();
  await waits;
  await faults.wait(60_000);
  expect(faults.ending).toBe(true);
});

describe('settings that are wrong', () => {
  const wordsFor = (settings: unknown) =>
    faultSettings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  it.each([
    [
      { provider: { refuse: 2 } },
      'provider.refuse: must be a share of the calls: a number from 0 (never) to 1 (every call), such as 0.2',
    ],
    [{ mail: { slowMs: '1s' } }, 'mail.slowMs: must be a whole number of milliseconds from 0 to 60000'],
    [{ provider: { slowMs: 60_001 } }, 'provider.slowMs: must be a whole number of milliseconds from 0 to 60000'],
    [{ provider: { keys: 'never' } }, 'provider.keys: must be one of replay-everything, replay-successes, expire'],
    [{ provider: { down: 1 } }, 'provider.down: must be true or false'],
    [
      { mail: { tooMany: 1 } },
      'mail: tooMany: no such setting, allowed are slowMs, slowShare, refuse, loseCall, loseAnswer, duplicate, down, reject',
    ],
    [{ mails: {} }, ': mails: no such setting, allowed are seed, provider, mail'],
    [{ seed: -1 }, 'seed: must be a whole number from 0 to 4294967295'],
    [undefined, ': must be an object: allowed are seed, provider, mail'],
  ])('%j is told in words that name what is allowed', (settings, words) => expect(wordsFor(settings)).toEqual([words]));
});
