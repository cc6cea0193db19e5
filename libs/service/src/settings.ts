import type { Secret } from '@waybill/messaging';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * One value of a configuration: the environment variable that sets it, and a schema that says what it must be, and its
 * default.
 */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T>;
}

/** A tree of settings in the shape of the configuration that is read from it. Any other value in it is a constant. */
export interface Settings {
  readonly [name: string]: Setting<unknown> | Settings | string | number;
}

export type ConfigOf<S> =
  S extends Setting<infer T> ? T : S extends object ? { readonly [Name in keyof S]: ConfigOf<S[Name]> } : S;

export const setting = <T>(variable: string, schema: z.ZodType<T>): Setting<T> => ({ variable, schema });

/**
 * A secret comes in a file that the variable names: `ps` shows an environment, and children inherit it. Who uses it asks each time,
 * because a rotation replaces the file while this process runs. A file that cannot be read then leaves the secret of before.
 */
export const secretFile = (variable: string): Setting<Secret> => secretFileOf(variable, longEnough);

const longEnough = z.string().min(32, 'the file must hold at least 32 characters');

/** The same of a file whose text has a form. */
export function secretFileOf<T>(variable: string, content: z.ZodType<T, string>): Setting<() => T> {
  const file = z.string().transform(readSecret).pipe(longEnough).pipe(content);
  const schema = z.string().transform((path, context) => {
    const first = file.safeParse(path);
    if (!first.success) {
      for (const { message } of first.error.issues) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    let known = first.data;
    return () => {
      const now = file.safeParse(path);
      if (now.success) known = now.data;
      return known;
    };
  });
  return { variable, schema };
}

/** Every problem of a configuration at once, one line each, by the variable to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

/** Reads a configuration from the environment. Nothing else in a service does. Throws ConfigError. */
export function readConfig<S extends Settings>(settings: S, environment: NodeJS.ProcessEnv = process.env): ConfigOf<S> {
  const problems: string[] = [];
  const config = readTree(settings, environment, problems);
  // More than one setting may be made of a variable.
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return config as ConfigOf<S>;
}

function readTree(settings: Settings, environment: NodeJS.ProcessEnv, problems: string[]): object {
  const read = (value: Settings[string]) => {
    if (typeof value !== 'object') return value;
    return isSetting(value) ? readOne(value, environment, problems) : readTree(value, environment, problems);
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, read(value)]));
}

function readOne({ variable, schema }: Setting<unknown>, environment: NodeJS.ProcessEnv, problems: string[]): unknown {
  // Compose passes a variable that is not set as an empty one.
  const text = environment[variable] || undefined;
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  problems.push(
    `${variable}: ${text === undefined ? 'is not set' : result.error.issues.map((issue) => issue.message).join('; ')}`,
  );
  return undefined;
}

function readSecret(path: string, context: z.RefinementCtx): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    context.addIssue({ code: 'custom', message: `cannot read the file ${path}: ${(error as NodeJS.ErrnoException).code}` });
    return z.NEVER;
  }
}

const isSetting = (value: Setting<unknown> | Settings): value is Setting<unknown> => typeof value['variable'] === 'string';
