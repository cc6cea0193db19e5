import type { KafkaOptions } from './client.js';
import { int16, int32, overOneConnection, text } from './one-connection.js';

const INCREMENTAL_ALTER_CONFIGS = 44;
const BROKER = Buffer.from([4]);
const DELETE = Buffer.from([1]);
const NOTHING = int16(-1);
const NOT_ONLY_A_TRIAL = Buffer.from([0]);
const ONE = int32(1);

/**
 * Has a broker read the file of its key and certificate again, for new connections; those that are there stay. A broker does that
 * whenever a setting of its own is altered. So this removes one that is not set, and Kafka keeps nothing of it. Resolves when the order
 * is taken: the broker follows it a moment later. When the file is no good the broker goes on with what it had, and says so in its log
 * alone.
 */
export async function reloadKafkaCertificate(kafka: KafkaOptions, nodeId: number): Promise<void> {
  const setting = Buffer.concat([text('listener.name.clients.ssl.keystore.location'), DELETE, NOTHING]);
  const body = Buffer.concat([ONE, BROKER, text(String(nodeId)), ONE, setting, NOT_ONLY_A_TRIAL]);
  const answer = await overOneConnection(kafka, (connection) => connection.ask(INCREMENTAL_ALTER_CONFIGS, 0, body));
  // The throttle time, the number of resources, and then what became of the one.
  const code = answer.readInt16BE(8);
  if (code !== 0) throw new Error(`Kafka's broker ${nodeId} was not told to read its certificate again (error ${code}).`);
}
