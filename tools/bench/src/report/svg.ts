/** Pictures without a library: text and rectangles, which both GitHub's light and its dark page show. */

const INK = '#57606a';
const COLOURS = ['#2f81f7', '#b35900', '#8957e5'];
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

export interface Bars {
  readonly title: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly text: string }[];
}

export interface Distribution {
  readonly title: string;
  /** From the shortest to the longest of all orders, at equal steps. */
  readonly curves: readonly { readonly name: string; readonly latenciesMs: readonly number[] }[];
}

const WIDTH = 760;
const LEFT = 170;
const BAR = 26;

/** How many, as bars; and below, which share of the orders took how long, on a logarithmic scale. */
export function picture(capacity: Bars, latency: Distribution): string {
  const top = 56 + capacity.bars.length * (BAR + 10);
  const height = top + 330;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(capacity.title)}. ${escape(latency.title)}.">`,
    ...barLines(capacity),
    ...curveLines(latency, top),
    '</svg>',
    '',
  ].join('\n');
}

function barLines({ title, bars }: Bars): string[] {
  const most = Math.max(...bars.map(({ value }) => value));
  return [
    text(0, 22, title, 'font-weight="600"'),
    ...bars.flatMap(({ name, value, text: label }, index) => {
      const y = 40 + index * (BAR + 10);
      const width = Math.max(2, (value / most) * (WIDTH - LEFT - 150));
      return [
        text(0, y + 18, name),
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3" fill="${COLOURS[index % COLOURS.length]}"/>`,
        text(LEFT + width + 8, y + 18, label),
      ];
    }),
  ];
}

function curveLines({ title, curves }: Distribution, top: number): string[] {
  const [bottom, right] = [top + 270, WIDTH - 20];
  const longest = Math.max(1, ...curves.flatMap(({ latenciesMs }) => latenciesMs));
  const decades = Math.max(1, Math.ceil(Math.log10(longest)));
  const x = (share: number) => LEFT + share * (right - LEFT);
  const y = (ms: number) => bottom - (Math.log10(Math.max(1, ms)) / decades) * 220;
  const marks = Array.from({ length: decades + 1 }, (_, decade) => 10 ** decade);
  return [
    text(0, top + 22, title, 'font-weight="600"'),
    ...marks.flatMap((ms) => [
      `<line x1="${LEFT}" y1="${y(ms).toFixed(1)}" x2="${right}" y2="${y(ms).toFixed(1)}" stroke="${INK}" stroke-opacity="0.25"/>`,
      text(LEFT - 70, y(ms) + 4, ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`),
    ]),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => text(x(share) - 12, bottom + 22, `${100 * share} %`)),
    ...curves.flatMap(({ name, latenciesMs }, index) => {
      const points = latenciesMs.map((ms, place) => `${x((place + 0.5) / latenciesMs.length).toFixed(1)},${y(ms).toFixed(1)}`);
      const colour = COLOURS[index % COLOURS.length];
      return [
        `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
        `<rect x="${LEFT + index * 180}" y="${bottom + 38}" width="12" height="12" fill="${colour}"/>`,
        text(LEFT + 18 + index * 180, bottom + 49, name),
      ];
    }),
  ];
}

const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${INK}" ${FONT}${more && ` ${more}`}>${escape(words)}</text>`;

const escape = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
