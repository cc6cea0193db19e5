/** An animated WebP out of single ones, as https://developers.google.com/speed/webp/docs/riff_container has it. */
export interface Frame {
  /** A whole WebP file. Where it is transparent, the frame before it stays. */
  readonly file: Buffer;
  readonly durationMs: number;
}

const ANIMATION = 0x02;
const ALPHA = 0x10;

export function animatedWebp(frames: readonly Frame[], width: number, height: number): Buffer {
  const size = [uint24(width - 1), uint24(height - 1)];
  const head = chunk('VP8X', Buffer.concat([Buffer.from([ANIMATION | ALPHA, 0, 0, 0]), ...size]));
  // No background, and played without an end.
  const animation = chunk('ANIM', Buffer.alloc(6));
  const shown = frames.map(({ file, durationMs }) =>
    chunk('ANMF', Buffer.concat([uint24(0), uint24(0), ...size, uint24(durationMs), Buffer.from([0]), pictureIn(file)])),
  );
  const all = Buffer.concat([Buffer.from('WEBP'), head, animation, ...shown]);
  return Buffer.concat([Buffer.from('RIFF'), uint32(all.length), all]);
}

/** The chunks of a file that hold its picture: transparency, and colours. */
function pictureIn(file: Buffer): Buffer {
  const found: Buffer[] = [];
  for (let at = 12; at + 8 <= file.length;) {
    const [name, length] = [file.toString('latin1', at, at + 4), file.readUInt32LE(at + 4)];
    const next = at + 8 + length + (length % 2);
    if (['ALPH', 'VP8 ', 'VP8L'].includes(name)) found.push(file.subarray(at, next));
    at = next;
  }
  return Buffer.concat(found);
}

/** A chunk begins at an even place. */
const chunk = (name: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(name), uint32(data.length), data, Buffer.alloc(data.length % 2)]);

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

const uint24 = (value: number): Buffer => uint32(value).subarray(0, 3);
