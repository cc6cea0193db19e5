import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { KafkaOptions } from './client.js';

/** What Kafka keeps of a user: enough to check a password, and not the password. Bytes are in base64. */
export interface ScramCredential {
  readonly name: string;
  readonly iterations: number;
  readonly salt: string;
  readonly saltedPassword: string;
}

const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;

const ANSWER_WITHIN_MS = 10_000;

/**
 * Gives users their passwords: those that are new, and those that have another one. kafkajs does not know this request, so it goes
 * over a connection of its own, which signs in by PLAIN. Throws when a broker refuses, or none answers.
 */
export async function giveUsersTheirPasswords(kafka: KafkaOptions, credentials: readonly ScramCredential[]): Promise<void> {
  const { brokers, user, password } = kafka;
  const connection = await firstOf(brokers);
  try {
    await connection.ask(SASL_HANDSHAKE, 1, text('PLAIN'));
    const signedIn = await connection.ask(SASL_AUTHENTICATE, 1, bytes(Buffer.from(`\0${user}\0${password}`)));
    if (signedIn.readInt16BE(0) !== 0)
      throw new Error(`Kafka does not let ${user} in: is its password the one of the broker's file?`);
    const upsertions = credentials.map(({ name, iterations, salt, saltedPassword }) =>
      Buffer.concat([
        compact(Buffer.from(name)),
        Buffer.from([SCRAM_SHA_512]),
        int32(iterations),
        compact(Buffer.from(salt, 'base64')),
        compact(Buffer.from(saltedPassword, 'base64')),
        NO_TAGS,
      ]),
    );
    const nobodyGoes = varint(1);
    const body = Buffer.concat([NO_TAGS, nobodyGoes, varint(upsertions.length + 1), ...upsertions, NO_TAGS]);
    refuseErrors(await connection.ask(ALTER_USER_SCRAM_CREDENTIALS, 0, body));
  } finally {
    connection.end();
  }
}

/** After its own tags and the throttle time, an answer has one entry for each user: name, error, message, tags. */
function refuseErrors(answer: Buffer): void {
  let at = 1 + 4;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const word = () => {
    // The length plus one, and 0 for none at all.
    const length = Math.max(0, varint() - 1);
    return answer.toString('utf8', at, (at += length));
  };
  for (let users = varint() - 1; users > 0; users--) {
    const user = word();
    const code = answer.readInt16BE(at);
    at += 2;
    const message = word();
    at += 1;
    if (code !== 0) throw new Error(`Kafka did not take the password of ${user} (error ${code}): ${message}`);
  }
}

/** Brokers are asked in turn, and the first that takes a connection is the one: each hands the request to the controller. */
async function firstOf(brokers: readonly string[]): Promise<Connection> {
  let failure: unknown;
  for (const broker of brokers) {
    const [host, port] = broker.split(':') as [string, string];
    const socket = connect({ host, port: Number(port) });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return new Connection(socket);
    } catch (error) {
      failure = error;
      socket.destroy();
    }
  }
  throw new Error(`No broker of Kafka takes a connection: ${(failure as Error).message}`, { cause: failure });
}

/** One question at a time, each with one answer. */
class Connection {
  #correlation = 0;
  #read: Buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: Buffer): void; reject(error: Error): void } | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => this.#take(data));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('Kafka hung up.')));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`Kafka did not answer within ${ANSWER_WITHIN_MS} ms.`)));
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

const NO_TAGS = Buffer.from([0]);

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

const text = (value: string) => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const bytes = (value: Buffer) => Buffer.concat([int32(value.length), value]);
/** Kafka's compact form: the length plus one, in as few bytes as it takes. */
const compact = (value: Buffer) => Buffer.concat([varint(value.length + 1), value]);

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...out, rest]);
    out.push((rest & 0x7f) | 0x80);
  }
}
