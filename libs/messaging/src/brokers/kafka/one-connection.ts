import type { Socket } from 'node:net';
import { openSocket, type SocketOptions } from '../open-socket.js';
import { secretNow } from '../../secret.js';
import type { KafkaOptions } from './client.js';

const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;

const ANSWER_WITHIN_MS = 30_000;

/**
 * Does some work over one connection that is signed in by PLAIN: for the requests of Kafka's protocol that kafkajs does not know.
 * Throws when a broker refuses, or none answers.
 */
export async function overOneConnection<T>(kafka: KafkaOptions, work: (connection: OneConnection) => Promise<T>): Promise<T> {
  const { user, password } = kafka;
  const connection = await firstOf(kafka);
  try {
    await connection.ask(SASL_HANDSHAKE, 1, text('PLAIN'));
    const signedIn = await connection.ask(SASL_AUTHENTICATE, 1, bytes(Buffer.from(`\0${user}\0${secretNow(password)}`)));
    if (signedIn.readInt16BE(0) !== 0)
      throw new Error(`Kafka does not let ${user} in: is its password the one of the broker's file?`);
    return await work(connection);
  } finally {
    connection.end();
  }
}

/** Brokers are asked in turn, and the first that takes a connection is the one: each hands the request to the controller. */
async function firstOf({ brokers, ca }: KafkaOptions): Promise<OneConnection> {
  let failure: unknown;
  for (const broker of brokers) {
    const [host, port] = broker.split(':') as [string, string];
    try {
      return new OneConnection(await opened({ host, port: Number(port), ca }));
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`No broker of Kafka takes a connection: ${(failure as Error).message}`, { cause: failure });
}

function opened(to: SocketOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(to, () => resolve(socket));
    socket.once('error', reject);
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`Kafka did not answer within ${ANSWER_WITHIN_MS} ms.`)));
  });
}

/** One question at a time, each with one answer. */
export class OneConnection {
  #correlation = 0;
  #read: Buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: Buffer): void; reject(error: Error): void } | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => this.#take(data));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('Kafka hung up.')));
  }

  /** The answer without its length and its correlation id. */
  ask(key: number, version: number, body: Buffer): Promise<Buffer> {
    const head = Buffer.concat([int16(key), int16(version), int32(++this.#correlation), text('deploy')]);
    this.socket.write(Buffer.concat([int32(head.length + body.length), head, body]));
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  end(): void {
    this.socket.destroy();
  }

  #take(data: Buffer): void {
    this.#read = Buffer.concat([this.#read, data]);
    if (this.#read.length < 4 || this.#read.length < 4 + this.#read.readInt32BE(0)) return;
    const answer = this.#read.subarray(8);
    this.#read = Buffer.alloc(0);
    this.#waiting?.resolve(answer);
  }
}

export function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

export function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

export const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const bytes = (value: Buffer) => Buffer.concat([int32(value.length), value]);
