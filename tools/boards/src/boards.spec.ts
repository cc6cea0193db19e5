import { describe, expect, it } from '@jest/globals';
import { boards } from './boards.ts';
import { PROMETHEUS } from './panels.ts';
import { filled, panelsOf, queriesOf, targetsOf } from './queries.ts';
import { selectorsOf } from './selectors.ts';

const allPanels = boards.flatMap(panelsOf);
const measuring = allPanels.filter(({ type }) => type !== 'text');
const words = allPanels.filter(({ type }) => type === 'text').map(({ options }) => (options as { content: string }).content);

describe('the boards', () => {
  it('are six, each under an address of its own', () => {
    expect(new Set(boards.map(({ uid }) => uid)).size).toBe(6);
    for (const { uid } of boards) expect(uid).toMatch(/^waybill-[a-z]+$/);
  });

  it('show the last quarter of an hour, anew every 5 s, and link to each other', () => {
    for (const { time, refresh, tags, links } of boards) {
      expect({ time, refresh, tags }).toEqual({ time: { from: 'now-15m', to: 'now' }, refresh: '5s', tags: ['waybill'] });
      expect(links).toContainEqual(expect.objectContaining({ type: 'dashboards', tags: ['waybill'] }));
    }
  });

  it('open with the question that they answer, and with what is normal', () => {
    for (const board of boards) {
      const { type, options } = panelsOf(board)[0]!;
      expect(type).toBe('text');
      expect((options as { content: string }).content).toContain(`**${board.description}**\n\nNormal: `);
    }
  });

  it('name no board that is not there, and the first names all others', () => {
    const uids = boards.map(({ uid }) => uid);
    const linked = (text: string) => [...text.matchAll(/\/grafana\/d\/([\w-]+)/g)].map(([, uid]) => uid);
    for (const uid of words.flatMap(linked)) expect(uids).toContain(uid);
    expect(linked(words[0]!).sort()).toEqual(uids.slice(1).sort());
  });
});

describe('a panel', () => {
  it('has a title, a unit and a description', () => {
    for (const { title, description, fieldConfig } of measuring) {
      expect(title).toBeTruthy();
      expect(description).toMatch(/\w{3}.*\.$/s);
      expect(fieldConfig?.defaults.unit).toBeTruthy();
    }
  });

  it('links to boards alone: Grafana takes any other path for one of its own', () => {
    for (const text of [...words, ...measuring.map(({ description = '' }) => description)])
      expect(text).not.toMatch(/\]\((?!\/grafana\/d\/)/);
  });

  it('has an id and a place of its own within the 24 columns', () => {
    for (const { panels = [] } of boards) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const taken = new Set<string>();
      for (const { gridPos, title } of panels) {
        const { x, y, w, h } = gridPos!;
        expect(x + w).toBeLessThanOrEqual(24);
        for (let column = x; column < x + w; column++)
          for (let row = y; row < y + h; row++) {
            const cell = `${column},${row}`;
            expect(taken.has(cell) ? `${title} lies over another panel` : cell).toBe(cell);
            taken.add(cell);
          }
      }
    }
  });

  it('asks Prometheus', () => {
    for (const panel of measuring)
      for (const { datasource } of [panel, ...targetsOf(panel)]) expect(datasource).toEqual(PROMETHEUS);
  });

  it('asks at least one thing, in PromQL, and each under a letter of its own', () => {
    for (const panel of measuring) {
      const letters = targetsOf(panel).map(({ refId }) => refId);
      expect(letters.length).toBeGreaterThan(0);
      expect(new Set(letters).size).toBe(letters.length);
    }
    for (const { expr } of boards.flatMap(queriesOf)) expect(selectorsOf(filled(expr))).not.toEqual([]);
  });
});
