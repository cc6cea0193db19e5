import { describe, expect, it } from '@jest/globals';
import { type Act, breaksOf, type Unit } from './break-it.ts';
import { actCommand, auditCommand, faultCommand } from './commands.ts';
import { look } from './seen.ts';

const unit = (name: string, acts: readonly Act[], healthy = true): Unit => ({
  name,
  acts,
  healthy,
  group: /-\d$/.test(name) ? 'replica' : 'server',
  state: healthy ? 'ready' : 'stopped',
});
const ALL: readonly Act[] = ['kill', 'suspend', 'resume', 'stop', 'start'];

describe('what may be broken', () => {
  it('is what the supervisor allows, each with an address, a prediction and the promise that holds it', () => {
    const breaks = breaksOf({
      units: [unit('payment-1', ALL), unit('nginx', ['kill']), unit('rabbitmq', ALL)],
      faults: [{ name: 'mail-down', settings: {} }],
    });
    expect(breaks.map(({ id, prediction, held, saw }) => [id, prediction, held, saw])).toEqual([
      ['kill-payment-1', 'kill-payment', 'money', 'replica'],
      ['suspend-payment-1', 'suspend-replica', 'money', 'suspended'],
      ['stop-payment-1', 'stop-replica', 'stop', 'replica'],
      ['kill-nginx', 'kill-nginx', 'retry', 'edge'],
      ['kill-rabbitmq', 'kill-rabbitmq', 'brokers', 'broker'],
      ['suspend-rabbitmq', 'suspend-server', 'brokers', 'broker'],
      ['stop-rabbitmq', 'stop-rabbitmq', 'brokers', 'broker'],
      ['mail-down', 'mail-down', 'mail', 'mail'],
    ]);
    expect(breaks.map((each) => (each.what === 'unit' ? (each.undo ?? '') : ''))).toEqual([
      ...['', 'resume', 'start', '', '', 'resume', 'start', ''],
    ]);
  });

  it('predicts for a service of somebody else only what is true of every replica', () => {
    const breaks = breaksOf({ units: [unit('shipping-1', ['kill'])], faults: [] });
    expect(breaks.map(({ id, prediction, held }) => [id, prediction, held])).toEqual([
      ['kill-shipping-1', 'kill-replica', 'retry'],
    ]);
  });
});

describe('the command for the same', () => {
  const processes = { runs: 'processes', instance: 'default' } as const;
  const containers = { runs: 'containers', instance: 'waybill' } as const;

  it('is the stack’s natively, on the copy that this is', () => {
    expect(actCommand(processes, 'kill', 'payment-1')).toBe('npm run stack -- kill payment-1');
    expect(actCommand({ ...processes, instance: 'b' }, 'resume', 'kafka')).toBe('npm run stack -- resume kafka --instance b');
    expect(auditCommand({ ...processes, instance: 'b' })).toBe('npm run demo -- audit --instance b');
    expect(faultCommand(processes, { mail: { down: true } })).toBe(
      `npm run stack -- outside-world /faults '{"mail":{"down":true}}'`,
    );
  });

  it("is Docker's in containers", () => {
    expect(actCommand(containers, 'suspend', 'payment-2')).toBe('docker pause waybill-payment-2');
    expect(actCommand(containers, 'kill', 'rabbitmq')).toBe('docker kill waybill-rabbitmq-1');
    expect(auditCommand(containers)).toBe('npm run demo -- audit --with docker');
    expect(auditCommand({ ...containers, instance: 'waybill-b' })).toBe('npm run demo -- audit --with docker --instance b');
    expect(faultCommand(containers, {})).toBe(`npm run stack -- outside-world /faults '{}' --with docker`);
  });
});

describe('what was seen', () => {
  it('is since when something is away, and how long it was', () => {
    const away = look(look({}, [unit('kafka', ALL)], 0), [unit('kafka', ALL, false)], 1_000);
    expect(away).toEqual({ kafka: { awaySince: 1_000 } });
    const stillAway = look(away, [unit('kafka', ALL, false)], 2_000);
    expect(stillAway).toEqual({ kafka: { awaySince: 1_000 } });
    expect(look(stillAway, [unit('kafka', ALL)], 3_500)).toEqual({ kafka: { awayMs: 2_500 } });
  });
});
