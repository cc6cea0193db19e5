/** A line of a log as a page shows it. A server's own line is its text alone. */
export interface LogLine {
  readonly text: string;
  readonly at?: string;
  readonly level?: string;
  readonly more?: string;
}

/** Reads a line in the field names of ECS, in which everybody of ours writes. What is no such line stays as it is. */
export function logLineOf(line: string): LogLine {
  const fields = objectIn(line);
  if (!fields || typeof fields['message'] !== 'string') return { text: line };
  const { '@timestamp': at, 'log.level': level, message, ...others } = fields;
  const more = Object.entries(others)
    .filter(([name]) => !SAME_IN_ALL.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return {
    text: message,
    ...(typeof at === 'string' && { at }),
    ...(typeof level === 'string' && { level }),
    ...(more && { more }),
  };
}

/** Whose log it is stands above it. */
const SAME_IN_ALL: ReadonlySet<string> = new Set(['service.name', 'service.node.name', 'service.version', 'ecs.version']);

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
