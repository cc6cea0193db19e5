import { describe, expect, it } from '@jest/globals';
import { unnamedDependencies } from './unnamed-dependencies.ts';

const page = '| package | job |\n|---|---|\n| `pg`, `@types/pg` | speaks to PostgreSQL |\n';
const manifest = (dependencies: Record<string, string>, path = 'package.json') => ({
  path,
  text: JSON.stringify({ dependencies }),
});

describe('dependencies', () => {
  it('have a row that says their job', () => {
    expect(unnamedDependencies([manifest({ pg: '8.23.1', '@types/pg': '8.23.1', '@waybill/contracts': '0.1.0' })], page)).toEqual(
      [],
    );
    expect(unnamedDependencies([manifest({ pg: '8.23.1', '@types/pg': '8.23.1', left: '1.0.0' })], page)).toEqual([
      expect.stringContaining('left has no row'),
    ]);
  });

  it('have no row when nothing uses them', () => {
    expect(unnamedDependencies([manifest({ pg: '8.23.1' })], page)).toEqual([expect.stringContaining('describes @types/pg')]);
  });

  it('are exact', () => {
    expect(unnamedDependencies([manifest({ pg: '^8.23.1', '@types/pg': '8.23.1' })], page)).toEqual([
      expect.stringContaining('not an exact version'),
    ]);
  });

  it('are the same version everywhere', () => {
    const manifests = [manifest({ pg: '8.23.1', '@types/pg': '8.23.1' }), manifest({ pg: '8.22.0' }, 'apps/order/package.json')];
    expect(unnamedDependencies(manifests, page)).toEqual([expect.stringContaining('8.23.1, 8.22.0')]);
  });
});
