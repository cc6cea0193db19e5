import { parseArgs } from 'node:util';
import { drilled, rounds } from './drills.ts';

export const HELP = `npm run alerts [-- --only NAME] [-- --json FILE] [-- --instance NAME]
Really causes faults in a system of its own while orders come, and watches its Prometheus: each alert must fire, and must go
when its fault is mended. Nothing may fire while nothing is broken, and in the end every order must be accounted for. Takes about
eight minutes. Exit code 0 only if all of that was seen.
  --only NAME      only the faults that raise this alert (may be given several times)
  --instance NAME  the instance to use (default alerts); it is ended and removed afterwards
  --json FILE      the results for machines

${rounds
  .flat()
  .map(({ what, alerts }) => `  ${what}: ${alerts.map(({ alert }) => alert).join(', ')}`)
  .join('\n')}`;

export type Options = ReturnType<typeof readOptions>;

/** Reads the command line. Throws an error with a sentence for the person who typed it. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      instance: { type: 'string', default: 'alerts' },
      json: { type: 'string' },
    },
  });
  const names = values.only ?? drilled;
  const unknown = names.filter((name) => !drilled.includes(name));
  if (unknown.length > 0) throw new Error(`No drill raises ${unknown.join(', or ')}: choose from ${drilled.join(', ')}.`);
  // Tests have an administrator at RabbitMQ, and the instance that people work with has none.
  if (values.instance === 'default') throw new Error('The default instance is for people: give another one.');
  return { names, instance: values.instance, json: values.json };
}
