import { describe, expect, it } from '@jest/globals';
import { contracts } from '@waybill/contracts';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handlersIn } from './handlers-in.ts';

const root = fileURLToPath(new URL('../../../../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const handlers = handlersIn(root);

const contracted = contracts.flatMap(({ type, handledBy }) => [handledBy].flat().map((service) => `${service} ${type}`));

const { paths } = JSON.parse(read('infra/nginx/docs/openapi.json')) as { readonly paths: Record<string, object> };
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
);

const IS_TYPE = /\.v\d+$/;

describe('the places in the code', () => {
  it('are one for each handler that a contract names, and one for each route of the API', () => {
    const found = Object.keys(handlers).filter((key) => key !== 'relay');
    expect(found.filter((key) => IS_TYPE.test(key)).sort()).toEqual(contracted.sort());
    expect(
      found
        .filter((key) => !IS_TYPE.test(key))
        .map((key) => key.replace(/^\w+ /, ''))
        // The public description does not name what is for operators.
        .filter((route) => !route.includes(' /operations/'))
        .sort(),
    ).toEqual(routes.sort());
  });

  it.each(Object.entries(handlers))('of %s is the line at which it begins', (key, { file, line, code }) => {
    const at = read(file).split('\n')[line - 1];
    expect(at).toMatch(key === 'relay' ? /class Relay/ : /^ +@(Handles|HandlesOutside|Get|Post|Delete)\(/);
    expect(code === '' || at!.trim() === code.split('\n')[0]).toBe(true);
  });

  it('are whole methods, from the decorator to the last brace', () => {
    for (const [key, { code }] of Object.entries(handlers)) {
      if (key === 'relay') continue;
      expect(code.split('\n').at(-1)).toBe('}');
      expect([...code].filter((letter) => letter === '{').length).toBe([...code].filter((letter) => letter === '}').length);
    }
  });

  it('are refused when a handler has no contract', () => {
    const folder = mkdtempSync(join(tmpdir(), 'handlers-'));
    const [contractsFolder, sources] = [join(folder, 'libs/contracts/src'), join(folder, 'apps', 'loyalty', 'src')];
    try {
      mkdirSync(contractsFolder, { recursive: true });
      mkdirSync(sources, { recursive: true });
      const contract = "export const points = event({\n  type: 'a.b.v1',\n  handledBy: ['loyalty'],\n});\n";
      writeFileSync(join(contractsFolder, 'points.ts'), contract);
      writeFileSync(join(sources, 'on-points.ts'), 'class A {\n  @Handles(pionts)\n  handle() {\n  }\n}\n');
      expect(() => handlersIn(folder)).toThrow('on-points.ts handles pionts, which is no contract');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
