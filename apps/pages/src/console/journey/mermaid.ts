import { milliseconds } from './milliseconds.ts';
import type { Step, Timeline } from './timeline.ts';

/** The journey as a sequence diagram in Mermaid's language, for a page of documentation or a ticket. */
export function mermaidOf({ lifelines, steps }: Timeline): string {
  const names = new Map(lifelines.map(({ id }, index) => [id, `p${index + 1}`]));
  const arrow = (step: Step) => {
    const [from, to] = [names.get(step.from)!, names.get(step.to)!];
    return `  ${from}${ARROWS[step.tone]}${to}: ${plain(step.label)}${noteOf(step)}`;
  };
  return [
    'sequenceDiagram',
    ...lifelines.map(
      ({ id, kind, label }) => `  ${kind === 'client' ? 'actor' : 'participant'} ${names.get(id)} as ${plain(label)}`,
    ),
    ...steps.map(arrow),
    '',
  ].join('\n');
}

const ARROWS: Readonly<Record<Step['tone'], string>> = {
  forward: '->>',
  compensation: '-->>',
  failure: '-x',
  duplicate: '--)',
  unseen: '--)',
};

function noteOf({ waitedMs, workedMs, attempt, outcome, tone }: Step): string {
  const notes = [
    ...(tone === 'unseen' ? ['not recorded'] : []),
    ...(attempt !== undefined ? [`attempt ${attempt}`] : []),
    ...(outcome !== undefined && outcome !== 'handled' ? [outcome] : []),
    ...(waitedMs !== undefined ? [`waited ${milliseconds(waitedMs)}`] : []),
    ...(workedMs !== undefined ? [`worked ${milliseconds(workedMs)}`] : []),
  ];
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

/** `#` and `;` begin and end things in Mermaid's language, and a line ends a statement. */
const plain = (text: string) => text.replaceAll(/[#;\r\n]/g, ' ');
