/** What the environment says; a step that lacks a setting ends before it does anything. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}
