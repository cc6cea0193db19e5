import { KAFKA_OBSERVER, kafkaSecretOf } from '@waybill/deploy';
import { printTable } from '@waybill/kit';
import type { TopicState } from '@waybill/messaging';
import { running } from '../supervision/running.ts';

/** Kafka's topics with their partitions and end offsets, and how far behind each group is. */
export async function topicsOf(instance?: string): Promise<TopicState[]> {
  const { ports, secrets, ca } = running(instance);
  // Loaded here alone: the library brings Nest along, and nothing else of the stack needs it.
  const { topicsAndLag } = await import('@waybill/messaging');
  const observer = { user: KAFKA_OBSERVER, password: secrets.value(kafkaSecretOf(KAFKA_OBSERVER)) };
  return topicsAndLag({ brokers: [`127.0.0.1:${ports['kafka.kafka']}`], ca, ...observer }).catch((error: Error) => {
    throw new Error(`Kafka does not answer (${error.message}): \`npm run stack -- status\` says more.`);
  });
}

export async function topics(options: { instance?: string; json: boolean }): Promise<void> {
  const states = await topicsOf(options.instance);
  if (options.json) return console.log(JSON.stringify(states, null, 2));
  printTable(
    ['TOPIC', 'PARTITIONS', 'EVENTS', 'END OFFSETS'],
    states.map(({ topic, partitions }) => [
      topic,
      String(partitions.length),
      String(partitions.reduce((sum, { start, end }) => sum + Number(end) - Number(start), 0)),
      partitions.map(({ end }) => end).join(' '),
    ]),
  );
  console.log();
  printTable(['GROUP', 'TOPIC', 'MEMBERS', 'LAG', 'LAG PER PARTITION'], states.flatMap(groupRows));
}

const groupRows = ({ topic, groups }: TopicState) =>
  groups.map(({ group, members, lag, partitions }) => [
    group,
    topic,
    String(members),
    String(lag),
    partitions.map((each) => each.lag).join(' '),
  ]);
