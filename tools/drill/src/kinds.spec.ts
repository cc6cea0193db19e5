import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { drawn, incidentAt, KINDS } from './kinds.ts';

const everything = KINDS.flatMap((kind) => kind.places.map((place) => incidentAt(kind, place)));

it('a seed stands for one incident, and 2,000 seeds for each of them', () => {
  expect(drawn(7)).toMatchObject({ kind: drawn(7).kind, place: drawn(7).place });
  const seen = new Set(Array.from({ length: 2_000 }, (_, seed) => drawn(seed)).map(({ kind, place }) => `${kind} ${place}`));
  expect([...seen].toSorted()).toEqual(everything.map(({ kind, place }) => `${kind} ${place}`).toSorted());
});

it.each(everything)(
  '$kind at $place has a figure, and an alert or a log line or neither, that names the place',
  ({ evidence }) => {
    expect(evidence.figure?.query).toBeTruthy();
    for (const process of evidence.log?.of ?? []) expect(process).toMatch(/^(order|payment|notification)-[12]$/);
  },
);

it('each alert is one that there is', () => {
  const rules = readFileSync(join(projectRoot, 'infra/prometheus/rules/alerts.yml'), 'utf8');
  const named = new Set(everything.flatMap(({ evidence }) => evidence.alert?.alert ?? []));
  expect([...named].filter((name) => !rules.includes(`alert: ${name}\n`))).toEqual([]);
});

it('the page lists the words of answers, and no seed', () => {
  const page = readFileSync(join(projectRoot, 'docs/learn/drills.md'), 'utf8');
  for (const { name, places } of KINDS) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    for (const place of places) expect(row).toContain(`\`${place}\``);
  }
});
