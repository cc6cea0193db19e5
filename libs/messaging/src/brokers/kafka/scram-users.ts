import type { KafkaOptions } from './client.js';
import { int32, overOneConnection } from './one-connection.js';

/** What Kafka keeps of a user: enough to check a password, and not the password. Bytes are in base64. */
export interface ScramCredential {
  readonly name: string;
  readonly iterations: number;
  readonly salt: string;
  readonly saltedPassword: string;
}

const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;

/**
 * Gives users their passwords: those that are new, and those that have another one. kafkajs does not know this request, so it goes
 * over a connection of its own. Throws when a broker refuses, or none answers.
 */
export async function giveUsersTheirPasswords(kafka: KafkaOptions, credentials: readonly ScramCredential[]): Promise<void> {
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
  refuseErrors(await overOneConnection(kafka, (connection) => connection.ask(ALTER_USER_SCRAM_CREDENTIALS, 0, body)));
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

const NO_TAGS = Buffer.from([0]);

/** Kafka's compact form: the length plus one, in as few bytes as it takes. */
const compact = (value: Buffer) => Buffer.concat([varint(value.length + 1), value]);

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...out, rest]);
    out.push((rest & 0x7f) | 0x80);
  }
}
