/**
 * Why another start would end the same way, in the server's own words: what stands in a file, or what the data are, does not change by
 * itself. Each reads what one start has written to the log, and gives nothing when it may have been the moment.
 */
export const hopeless = {
  rabbitmq: (log: string) => found(log, /Error preparing configuration[^\n]*((?:\n[^\n]* {2}- [^\n]*)+)/, withoutStamps),
  kafka: (log: string) =>
    found(log, /(?:ConfigException|InconsistentClusterIdException|InvalidConfigurationException): ([^\n]+)/),
  postgres: (log: string) =>
    found(log, /LOG: {2}((?:syntax error in file|unrecognized configuration parameter|invalid value for parameter)[^\n]+)/) ??
    found(
      log,
      /FATAL: {2}(database files are incompatible with server|data directory [^\n]+ has (?:invalid permissions|wrong ownership))/,
    ),
  nginx: (log: string) =>
    found(log, /\[emerg\] [^\n]*?((?:unknown|invalid|unexpected|directive|"\w+" directive)[^\n]* in [^\n]+:\d+)/),
} as const;

function found(log: string, pattern: RegExp, read: (text: string) => string = (text) => text): string | undefined {
  const [, cause] = pattern.exec(log) ?? [];
  return cause === undefined ? undefined : read(cause).trim();
}

/** RabbitMQ says it in several lines, each with its time and process. */
const withoutStamps = (lines: string) =>
  lines
    .split('\n')
    .map((line) => line.replace(/^.* {2}- /, '').replace(/:$/, ''))
    .filter(Boolean)
    .join(': ');
