const VERBS: Record<string, { usage: string; what: string }> = {
  up: {
    usage: 'up [--only PART,PART]',
    what: 'start everything and wait until it is ready; it goes on running when this command ends',
  },
  down: { usage: 'down [--purge]', what: 'end everything cleanly; --purge also removes its data, logs and passwords' },
  status: { usage: 'status [--json]', what: 'each process with its pid, state, ports and health, and the addresses to look at' },
  logs: { usage: 'logs NAME [-f]', what: 'the last lines of one log; -f goes on showing what comes' },
  stop: { usage: 'stop NAME ...', what: 'end a process cleanly; it stays down' },
  kill: { usage: 'kill NAME ...', what: 'kill -9; it comes back by itself' },
  start: { usage: 'start NAME ...', what: 'start what was stopped and wait until it is ready' },
  restart: { usage: 'restart NAME ...', what: 'stop and start' },
};

/** The help of one verb, or of all. */
export function helpOf(verb?: string): string {
  const known = verb === undefined ? undefined : VERBS[verb];
  if (known) return `npm run stack -- ${known.usage}\n  ${known.what}`;
  const lines = Object.values(VERBS).map(({ usage, what }) => `  ${usage.padEnd(24)}${what}`);
  return [
    'npm run stack -- VERB',
    '',
    ...lines,
    '',
    `  --instance NAME         work on another copy, with ports and data of its own (.stack-NAME)`,
  ].join('\n');
}
