import 'uplot/dist/uPlot.min.css';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { Measures } from '../answers.ts';
import { aligned, figure } from './figures.ts';

type Given = Measures['charts'][number];

/** Told apart by their strokes too, for who sees no colours. */
const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4], [4, 4], [16, 6]];
const HEIGHT = 190;

interface ChartProps extends Pick<Measures, 'from' | 'to' | 'step'> {
  readonly unit: Given['unit'];
  readonly lines: Given['lines'];
}

export default function Chart({ unit, lines, from, to, step }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const names = lines.map(({ name }) => name).join('\n');
  const data = useMemo(() => {
    const { times, values } = aligned(lines, { from, to, step });
    return [times, ...values] as unknown as uPlot.AlignedData;
  }, [lines, from, to, step]);
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const element = place.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element, unit, names.split('\n')), latest.current, element);
    };
    draw();
    // Its colours are drawn, and do not follow the style sheet by themselves.
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    size.observe(element);
    return () => {
      dark.removeEventListener('change', draw);
      theme.disconnect();
      size.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [unit, names]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <>
      <div ref={place} className="plot" aria-hidden="true" />
      <ul className="legend">
        {lines.map(({ name, points }, index) => (
          <li key={name}>
            <svg viewBox="0 0 30 10" aria-hidden="true">
              <line className={`line-${index % 6}`} x1="0" x2="30" y1="5" y2="5" strokeDasharray={DASHES[index % 6]!.join(' ')} />
            </svg>
            {name} <strong>{points.length > 0 ? figure(points.at(-1)![1], unit) : ''}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

function options(element: HTMLElement, unit: Given['unit'], names: readonly string[]): uPlot.Options {
  const style = getComputedStyle(element);
  const probe = (variable: string) => {
    // light-dark() is settled only where it is used.
    element.style.color = `var(${variable})`;
    const colour = style.color;
    element.style.color = '';
    return colour;
  };
  const [soft, line] = [probe('--soft'), probe('--line')];
  const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '14px system-ui' };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    axes: [
      {
        ...axis,
        values: (_, times) =>
          times.map((time) =>
            new Date(time * 1_000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
          ),
      },
      { ...axis, size: 72, values: (_, values) => values.map((value) => figure(value, unit)) },
    ],
    scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: probe(`--line-${index % 6}`),
        width: 2,
        dash: DASHES[index % 6]!,
        points: { show: false },
      })),
    ],
  };
}
