import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { projectRoot } from '@waybill/kit';
import { drilled, roundsWith } from './drills.ts';
import { readOptions } from './options.ts';

describe('the command line', () => {
  it('means every alert that a drill raises when none is named', () => {
    expect(readOptions([])).toMatchObject({ names: drilled, instance: 'alerts' });
    expect(readOptions(['--only', 'OrdersStuck'])).toMatchObject({ names: ['OrdersStuck'] });
  });

  it.each([
    [['--only', 'Rain'], 'No drill raises Rain: choose from'],
    [['--instance', 'default'], 'The default instance is for people'],
  ])('%j is refused in one sentence', (args, words) => expect(() => readOptions(args)).toThrow(words));
});

describe('the drills', () => {
  it('raise every alert but the one that always fires', () => {
    const rules = readFileSync(`${projectRoot}/infra/prometheus/rules/alerts.yml`, 'utf8');
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect([...drilled, 'Watchdog'].sort()).toEqual(alerts.sort());
  });

  it('are made only as far as they raise what was asked for', () => {
    const rounds = roundsWith(['OutboxStuck', 'OrdersStuck']);
    expect(rounds.map((round) => round.map(({ what }) => what))).toEqual([
      ['the payment provider answers nobody'],
      ['RabbitMQ stopped'],
    ]);
  });
});
