import { get, type Event } from './event.ts';
import { FILTERS } from './filters.ts';
import type { Condition, Section, Statement } from './syntax.ts';

/**
 * What the filters of a pipeline make of an event, or nothing when they drop it. Logstash itself cannot be had from a
 * package registry: this stands in for it in tests, and does exactly the plugins and options that our pipeline uses.
 */
export function filtered(pipeline: readonly Section[], shipped: Event): Event | undefined {
  const event = structuredClone(shipped);
  for (const { name, statements } of pipeline) if (name === 'filter' && !runAll(statements, event)) return undefined;
  return event;
}

/** Every plugin and option of the filters that this stand-in does not know: nothing is passed over. */
export function unknownIn(pipeline: readonly Section[]): string[] {
  const unknown = (statement: Statement): string[] => {
    if (statement.kind === 'branches') return statement.branches.flatMap(({ statements }) => statements.flatMap(unknown));
    const filter = FILTERS[statement.name];
    if (!filter) return [statement.name];
    return Object.keys(statement.settings)
      .filter((option) => !filter.options.includes(option))
      .map((option) => `${statement.name}.${option}`);
  };
  return pipeline.filter(({ name }) => name === 'filter').flatMap(({ statements }) => statements.flatMap(unknown));
}

function runAll(statements: readonly Statement[], event: Event): boolean {
  for (const statement of statements) {
    if (statement.kind === 'plugin') {
      if (FILTERS[statement.name]!.run(event, statement.settings) === false) return false;
      continue;
    }
    const taken = statement.branches.find(({ condition }) => condition === undefined || holds(condition, event));
    if (taken && !runAll(taken.statements, event)) return false;
  }
  return true;
}

function holds(condition: Condition, event: Event): boolean {
  if ('left' in condition) {
    const [left, right] = [holds(condition.left, event), holds(condition.right, event)];
    return condition.is === 'and' ? left && right : left || right;
  }
  const value = get(event, condition.field);
  switch (condition.is) {
    case 'present':
      return isTruthy(value);
    case 'not':
      return !isTruthy(value);
    case 'equal':
      return value === condition.value;
    case 'among':
      return condition.values.includes(value as string);
    case 'matching':
      return typeof value === 'string' && condition.pattern.test(value);
  }
}

/** Zero is something, an empty text is not. */
const isTruthy = (value: unknown): boolean => value !== undefined && value !== null && value !== false && value !== '';
