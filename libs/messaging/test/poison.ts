import { newId } from '../src/index.js';
import type { World } from './world.js';

/** Ways in which bytes are no message. None of them has a payload that a handler may see. */
export const poisons: readonly { readonly kind: string; bytes(world: World): Buffer }[] = [
  { kind: 'an empty body', bytes: () => Buffer.alloc(0) },
  { kind: 'text that is not JSON', bytes: () => Buffer.from('hello') },
  { kind: 'truncated JSON', bytes: (world) => valid(world).subarray(0, -20) },
  { kind: 'null', bytes: () => Buffer.from('null') },
  { kind: 'an array', bytes: () => Buffer.from('[1, 2, 3]') },
  { kind: 'an envelope without an id', bytes: (world) => changed(world, ({ id: _, ...rest }) => rest) },
  {
    kind: 'a payload of another shape',
    bytes: (world) => changed(world, (e) => ({ ...e, data: { key: 'poison', n: 'three' } })),
  },
  { kind: 'a payload with a field missing', bytes: (world) => changed(world, (e) => ({ ...e, data: { key: 'poison' } })) },
  { kind: 'invalid UTF-8', bytes: (world) => Buffer.concat([valid(world).subarray(0, -1), Buffer.from([0xc3, 0x28, 0x7d])]) },
  { kind: 'a byte order mark', bytes: (world) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), valid(world)]) },
  { kind: '20,000 nested arrays', bytes: (world) => replaced(world, '['.repeat(20_000) + ']'.repeat(20_000)) },
  { kind: 'a number beyond all bounds', bytes: (world) => replaced(world, `1${'0'.repeat(400)}`) },
  { kind: 'a key named __proto__', bytes: (world) => replaced(world, '1, "__proto__": {"n": 2}') },
  { kind: 'a key named __proto__, written with an escape', bytes: (world) => replaced(world, '1, "\\u005f_proto__": {"n": 2}') },
  { kind: 'U+0000 in the bytes', bytes: () => Buffer.from([0x7b, 0x00, 0x7d]) },
  // JSON that is valid, but PostgreSQL refuses it in a text.
  { kind: 'an escaped U+0000 in the type', bytes: (world) => changed(world, (e) => ({ ...e, type: 'x\0.v1' })) },
  { kind: 'an escaped U+0000 in the key', bytes: (world) => changed(world, (e) => ({ ...e, partitionkey: 'a\0b' })) },
  { kind: 'an escaped U+0000 in the source', bytes: (world) => changed(world, (e) => ({ ...e, source: '/a\0b' })) },
  { kind: 'a lone surrogate in the key', bytes: (world) => changed(world, (e) => ({ ...e, partitionkey: 'a\ud800' })) },
  {
    kind: 'an escaped U+0000 in the trace of a payload of another shape',
    bytes: (world) => changed(world, (e) => ({ ...e, traceparent: '00-\0', data: {} })),
  },
  {
    kind: 'an id of the year 10889',
    bytes: (world) => changed(world, (e) => ({ ...e, id: 'ffffffff-ffff-7fff-8fff-ffffffffffff' })),
  },
  { kind: 'an id of tomorrow', bytes: (world) => changed(world, (e) => ({ ...e, id: idOf(Date.now() + 86_400_000) })) },
  {
    kind: 'an id of twenty days ago',
    bytes: (world) => changed(world, (e) => ({ ...e, id: idOf(Date.now() - 20 * 86_400_000) })),
  },
  // Envelopes that contradict their contract or their data.
  { kind: 'of another sender', bytes: (world) => changed(world, (e) => ({ ...e, source: '/evil' })) },
  {
    kind: 'under a key that its data does not have',
    bytes: (world) => changed(world, (e) => ({ ...e, partitionkey: 'healthy' })),
  },
];

/** A UUIDv7 of a time. */
export function idOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${newId().slice(14)}`;
}

const valid = (world: World) => world.message({ key: 'poison', n: 1 }).body;
const changed = (world: World, change: (envelope: Record<string, unknown>) => unknown) =>
  world.message({ key: 'poison', n: 1 }, change).body;
const replaced = (world: World, n: string) => Buffer.from(valid(world).toString().replace('"n":1', `"n":${n}`));
