// Renews the fixtures from the logs of a stack that has had some orders and some trouble:
//   node tools/logs/src/capture.ts INSTANCE
// Of each container: the first line of every shape (fields, level, text without ids), and all lines of the one order that
// has most of them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '@waybill/kit';
import { instanceOf } from '@waybill/stack';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Of a server's own lines, which are kept as they are. */
const PLAIN_LINES = 3;

const folder = instanceOf(process.argv[2]).paths.logs;
const containers = readdirSync(folder)
  .filter((file) => file !== 'supervisor.log')
  .map((file) => ({ name: basename(file, '.log'), lines: readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean) }));
const order = mostMentioned(containers.flatMap(({ lines }) => lines.filter((line) => line.includes('"labels.order_id":"0'))));

rmSync(FIXTURES, { recursive: true, force: true });
mkdirSync(FIXTURES);
for (const { name, lines } of containers) {
  const seen = new Map<string, number>();
  const kept = lines.filter((line) => {
    const shape = shapeOf(line);
    const times = (seen.get(shape) ?? 0) + 1;
    seen.set(shape, times);
    return line.includes(order) || times <= (shape === '' ? PLAIN_LINES : 1);
  });
  writeFileSync(join(FIXTURES, `${name}.txt`), kept.map((line) => `${line.replaceAll(projectRoot, '/waybill')}\n`).join(''));
  console.log(`${name}: ${kept.length} of ${lines.length} lines`);
}

function mostMentioned(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { 'labels.order_id': orderId } = JSON.parse(line) as { 'labels.order_id': string };
    counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) throw new Error('No line names an order: place some first.');
  return most[0];
}

/** Lines of one shape teach the same; a server's own text has none. */
function shapeOf(line: string): string {
  try {
    const { 'log.level': level, message, 'url.original': url, waybill, ...rest } = JSON.parse(line) as Record<string, string>;
    const text = [level, message, url].map((part) => part?.replaceAll(UUID, '').replaceAll(/[\d.:]+/g, '')).join(' ');
    return `${text} ${Object.keys({ ...rest, ...(waybill as object | undefined) }).join(' ')}`;
  } catch {
    return '';
  }
}
