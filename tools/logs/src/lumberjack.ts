import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { inflateSync } from 'node:zlib';
import type { Document } from './documents.ts';

/** Receives what Filebeat sends to Logstash: version 2 of the protocol, `take` before each acknowledgement. */
export async function receiveBeats(take: (events: Document[]) => Promise<void>): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    void receive(socket, take).catch(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** A window says how many events come; the last one's number acknowledges them all. */
async function receive(socket: Socket, take: (events: Document[]) => Promise<void>): Promise<void> {
  let received: Buffer = Buffer.alloc(0);
  let window = 0;
  let events: Document[] = [];
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    for (let frame = frameOf(received); frame; frame = frameOf(received)) {
      received = frame.kind === 'C' ? Buffer.concat([inflateSync(frame.content), frame.rest]) : frame.rest;
      if (frame.kind === 'W') window = frame.number;
      if (frame.kind !== 'J') continue;
      events.push(JSON.parse(frame.content.toString()) as Document);
      if (events.length < window) continue;
      await take(events);
      events = [];
      const acknowledgement = Buffer.from('2A\0\0\0\0');
      acknowledgement.writeUInt32BE(frame.number, 2);
      socket.write(acknowledgement);
    }
  }
}

interface Frame {
  readonly kind: string;
  readonly number: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

/** The first frame, when it is there whole: W count, C length content, J number length content. */
function frameOf(bytes: Buffer): Frame | undefined {
  if (bytes.length < 6) return undefined;
  const kind = bytes.toString('latin1', 1, 2);
  const number = bytes.readUInt32BE(2);
  if (kind === 'W') return { kind, number, content: Buffer.alloc(0), rest: bytes.subarray(6) };
  const head = kind === 'J' ? 10 : 6;
  if (bytes.length < head) return undefined;
  const end = head + bytes.readUInt32BE(head - 4);
  if (bytes.length < end) return undefined;
  return { kind, number, content: bytes.subarray(head, end), rest: bytes.subarray(end) };
}
