import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { aggregationsOf, BOARD, DATA_VIEW, kibanaObjects } from './kibana-objects.ts';
import { oneOrder, panels, searches } from './log-searches.ts';

const objects = kibanaObjects();
const named = (id: string) => objects.find((object) => object.id === id)!;
const parsed = (text: unknown) => JSON.parse(text as string) as Record<string, unknown>;

type Mapping = Record<string, { properties?: Mapping; fields?: Mapping; type?: string }>;
const fieldsOf = (mapping: Mapping, path = ''): string[] =>
  Object.entries(mapping).flatMap(([name, { properties, fields }]) => [
    ...(properties ? fieldsOf(properties, `${path}${name}.`) : [path + name]),
    ...(fields ? fieldsOf(fields, `${path}${name}.`) : []),
  ]);
const template = JSON.parse(
  readFileSync(new URL('../../../infra/elk/elasticsearch/index-template.json', import.meta.url), 'utf8'),
) as { template: { mappings: { properties: Mapping } } };
const fields = fieldsOf(template.template.mappings.properties);

/** The fields that a query names: what stands before a colon outside of quotes. */
const namedIn = (query: string) => [...query.replaceAll(/"[^"]*"/g, '""').matchAll(/([@\w.]+):/g)].map(([, field]) => field!);

describe("Kibana's objects", () => {
  it('have ids of their own, and refer to each other only', () => {
    expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
    const known = objects.map(({ type, id }) => `${type}/${id}`);
    for (const { references } of objects) for (const { type, id } of references) expect(known).toContain(`${type}/${id}`);
  });

  it('find their data through a reference that they name', () => {
    const data = objects.filter(({ type }) => type === 'search' || type === 'visualization');
    expect(data).toHaveLength(searches.length + panels.length);
    for (const { attributes, references } of data) {
      const { searchSourceJSON } = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string };
      expect(references).toEqual([{ id: DATA_VIEW, type: 'index-pattern', name: parsed(searchSourceJSON)['indexRefName'] }]);
    }
  });

  it('ask for fields that the index has, and for no other', () => {
    expect(fields).toContain('labels.order_id');
    const asked = [
      ...[...searches, ...panels].flatMap(({ query }) => namedIn(query)),
      ...namedIn(oneOrder('x')),
      ...searches.flatMap(({ columns }) => columns),
      ...panels.flatMap((panel) => aggregationsOf(panel).flatMap(({ params }) => params['field'] ?? [])),
    ];
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((field) => !fields.includes(field as string))).toEqual([]);
  });

  it('are all on the board or a search, each panel in its place', () => {
    const { attributes, references } = named(BOARD);
    const placed = JSON.parse(attributes['panelsJSON'] as string) as {
      panelIndex: string;
      panelRefName: string;
      gridData: Grid;
    }[];
    for (const { panelIndex, panelRefName } of placed)
      expect(references.map(({ name }) => name)).toContain(`${panelIndex}:${panelRefName}`);
    expect(references.map(({ id }) => id)).toEqual(expect.arrayContaining(panels.map(({ id }) => id)));
    const overlaps = placed.filter(({ gridData: a }, index) => placed.slice(index + 1).some(({ gridData: b }) => overlap(a, b)));
    expect(overlaps).toEqual([]);
    for (const { gridData } of placed) expect(gridData.x + gridData.w).toBeLessThanOrEqual(48);
  });

  it('say the same of a panel as the list of panels', () => {
    for (const panel of panels) {
      const state = parsed(named(panel.id).attributes['visState']);
      expect(state['aggs']).toEqual(JSON.parse(JSON.stringify(aggregationsOf(panel))));
      expect(state['type']).toBe(panel.shape === 'table' ? 'table' : 'histogram');
    }
  });
});

interface Grid {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
const overlap = (a: Grid, b: Grid) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
