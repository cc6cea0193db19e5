import { readFileSync, writeFileSync } from 'node:fs';
import { type AboutMachine, machineNow } from '../machine/about.ts';
import { markdown } from './markdown.ts';

const BEGIN = /^<!-- measured by .* -->$/m;
const END = '<!-- end of what was measured -->';

/** A page whose words a person writes, with the table between two marks that a command writes. */
export function withMeasured(page: string, rows: readonly (readonly string[])[], about: AboutMachine): string {
  const begin = BEGIN.exec(page);
  const end = page.indexOf(END);
  if (!begin || end < begin.index) throw new Error('The page has no two marks between which the figures go.');
  const [head, ...body] = rows;
  const { at, processors, model, memoryGb, system } = about;
  return [
    page.slice(0, begin.index + begin[0].length),
    '',
    ...markdown(head!, body),
    '',
    `${at.slice(0, 10)}, ${processors} processors (${model}), ${memoryGb} GB, ${system}.`,
    '',
    page.slice(end),
  ].join('\n');
}

export const writeMeasured = (file: string, rows: readonly (readonly string[])[]): void =>
  writeFileSync(file, withMeasured(readFileSync(file, 'utf8'), rows, machineNow()));
