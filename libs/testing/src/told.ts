/** What the test runner (`tools/jest.mjs`) says of the programs that specs start: this library knows no tool and no app. */
export function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the specs through tools/jest.mjs, which sets it.`);
  return value;
}
