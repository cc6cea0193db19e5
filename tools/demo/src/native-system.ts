import { relative } from 'node:path';
import { PASSWORD_SECRETS } from '@waybill/deploy';
import { projectRoot } from '@waybill/kit';
import { DEFAULT_INSTANCE, down, instanceOf, overviewOf, status, up } from '@waybill/stack';
import { runningStack } from './running-stack.ts';
import type { System } from './system.ts';

/** Processes of this machine. */
export function nativeSystem(name: string | undefined): System {
  const instance = name === undefined ? {} : { instance: name };
  const which = name === undefined ? '' : ` --instance ${name}`;
  return {
    // A demo is there to be broken, by its page too.
    start: (report, signal) => up({ ...instance, breakIt: true, report, signal }),
    running: () => runningStack(name),
    overview: async () => overviewOf(await status(name)),
    async stop(report) {
      report('stopping everything');
      await down({ ...instance, purge: (name ?? DEFAULT_INSTANCE) !== DEFAULT_INSTANCE });
      report('stopped');
    },
    commands: {
      status: `npm run stack -- status${which}`,
      log: `npm run stack -- logs order-1${which}`,
      kill: [`npm run stack -- kill payment-1${which}`, 'kill -9: it comes back by itself'],
      stopBroker: [`npm run stack -- stop rabbitmq${which}`, 'orders are still accepted; `start rabbitmq` and they settle'],
      audit: `npm run demo -- audit${which}`,
      ledger: (of) => `npm run stack -- outside-world /ledger/${of}${which}`,
      token: (who) => `npm run -s token -- ${who}${which}`,
      passwords: `(cd ${relative(projectRoot, instanceOf(name).paths.secrets)} && grep . ${PASSWORD_SECRETS.join(' ')})`,
    },
  };
}
