import { escaped } from './highlight.ts';

const [LANE, TOP, STEP, HEAD] = [190, 16, 46, 40] as const;

/**
 * The part of Mermaid's sequence diagrams that the documents use, as an SVG: participants, and messages between them. Mermaid
 * itself weighs more than the console and the shop together, and draws with styles that stand in the page.
 */
export function sequenceDiagram(source: string): string {
  const lines = source.split('\n').slice(1);
  const people = lines.flatMap((line) => {
    const [, id, name] = /^\s*participant (\w+) as (.+)$/.exec(line) ?? [];
    return id ? [{ id, name: name! }] : [];
  });
  const messages = lines.flatMap((line) => {
    const [, from, arrow, to, text] = /^\s*(\w+)(-?->>)(\w+): (.+)$/.exec(line) ?? [];
    return from ? [{ from, to: to!, answer: arrow === '-->>', text: text! }] : [];
  });
  const unread = lines.filter((line) => line.trim() !== '').length - people.length - messages.length;
  if (unread > 0) throw new Error(`${unread} lines of a sequence diagram are none that the site can draw:\n${source}`);
  const x = (id: string) => LANE / 2 + people.findIndex((one) => one.id === id) * LANE;
  const [width, bottom] = [people.length * LANE, TOP + HEAD + (messages.length + 0.6) * STEP];
  const lanes = people.map(
    ({ id, name }) =>
      `<line class="lane" x1="${x(id)}" x2="${x(id)}" y1="${TOP + HEAD}" y2="${bottom}"/><rect x="${x(id) - LANE / 2 + 8}" y="${TOP}" width="${LANE - 16}" height="${HEAD}" rx="8"/><text x="${x(id)}" y="${TOP + 25}" text-anchor="middle">${escaped(name)}</text>`,
  );
  const arrows = messages.map(({ from, to, answer, text }, index) => {
    const y = TOP + HEAD + (index + 0.9) * STEP;
    const [start, end] = [x(from), x(to)];
    // A label in the middle of a long arrow would cross the lanes' edges: it begins where the arrow's left end is.
    const label = `<text x="${Math.min(Math.min(start, end) + 8, width - 8 - text.length * 8.6)}" y="${y - 8}">${escaped(text)}</text>`;
    if (from === to)
      return `${label}<path class="arrow" d="M${start} ${y - 2}h30v14h-22"/><path class="tip" d="M${start + 2} ${y + 12}l9 -5v10z"/>`;
    const towards = end > start ? -1 : 1;
    return `${label}<line class="arrow${answer ? ' answer' : ''}" x1="${start}" x2="${end}" y1="${y}" y2="${y}"/><path class="tip" d="M${end} ${y}l${towards * 9} -5v10z"/>`;
  });
  const told = messages.map(({ from, to, text }) => `${from} to ${to}: ${text}`).join('. ');
  return `<div class="wide" tabindex="0"><svg class="sequence" viewBox="0 0 ${width} ${bottom + 8}" width="${width}" height="${bottom + 8}" role="img" aria-label="${escaped(told)}">${lanes.join('')}${arrows.join('')}</svg></div>\n`;
}
