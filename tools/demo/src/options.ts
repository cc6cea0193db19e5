import { parseArgs } from 'node:util';
import { wholeNumber } from '@waybill/kit';

export interface Options {
  readonly command: 'demo' | 'audit' | 'help';
  readonly once: boolean;
  readonly orders: number;
  readonly json: string | undefined;
  /** Of the audit: what is wrong for so many seconds stays wrong. */
  readonly patience: number;
  readonly instance: string | undefined;
  /** Left out: processes where the machine can run them, otherwise Docker. */
  readonly with: 'docker' | undefined;
}

const MAX_ORDERS = 100_000;
/** An order that is under way settles in well under a second; a killed service is back after some seconds. */
const PATIENCE_S = '10';
const MAX_PATIENCE_S = 600;

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      once: { type: 'boolean', default: false },
      orders: { type: 'string', default: '200' },
      json: { type: 'string' },
      patience: { type: 'string', default: PATIENCE_S },
      instance: { type: 'string' },
      with: { type: 'string' },
    },
  });
  const [command = 'demo', ...more] = positionals;
  if ((command !== 'demo' && command !== 'audit' && command !== 'help') || more.length > 0)
    throw new Error(`There is no "${positionals.join(' ')}".`);
  const orders = wholeNumber('--orders', values.orders, MAX_ORDERS);
  const patience = wholeNumber('--patience', values.patience, MAX_PATIENCE_S);
  if (values.with !== undefined && values.with !== 'docker')
    throw new Error(`--with ${values.with}: there is \`--with docker\` alone.`);
  const { once, json, instance, with: wanted } = values;
  return { command, once, orders, json, patience, instance, with: wanted };
}
