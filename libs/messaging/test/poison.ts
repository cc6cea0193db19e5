import type { World } from './world.js';

/** Twelve ways in which bytes are no message. None of them has a payload that a handler may see. */
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
  { kind: 'U+0000 in the bytes', bytes: () => Buffer.from([0x7b, 0x00, 0x7d]) },
];

const valid = (world: World) => world.message({ key: 'poison', n: 1 }).body;
const changed = (world: World, change: (envelope: Record<string, unknown>) => unknown) =>
  world.message({ key: 'poison', n: 1 }, change).body;
const replaced = (world: World, n: string) => Buffer.from(valid(world).toString().replace('"n":1', `"n":${n}`));
