import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, kafkaToolFile } from '@waybill/deploy';
import { run } from '@waybill/kit';
import { instanceOf, readConnections, status, topicsOf } from '@waybill/stack';
import { alert, type Drill, stopped } from './drill.ts';

const GROUP = 'notification.handlers';
const TOPIC = 'order.events';

const away = stopped(
  'both replicas of notification stopped',
  ['notification-1', 'notification-2'],
  [
    alert('ServiceDown', { service: 'notification' }),
    alert('QueueWithoutConsumer', { queue: 'notification.work' }),
    alert('GroupWithoutMembers', { group: GROUP }),
    alert('ConsumerLag', { group: GROUP }),
    alert('EventsRemovedUnread', { group: GROUP, topic: TOPIC }),
  ],
);

/**
 * Retention overtakes a group that is away. No mail is lost by it: what Kafka removes here was handled, and the group only believes
 * that its last event is still to come.
 */
export const removedEvents: Drill = {
  ...away,
  what: `${away.what}, and Kafka removes events that their group has not read`,
  begin: async (system) => {
    await away.begin(system);
    const { partition, committed } = await someReadPartition(system.instance);
    const back = ['--reset-offsets', '--group', GROUP, '--topic', `${TOPIC}:${partition}`, '--to-offset', String(committed - 1n)];
    await kafkaTool(system.instance, 'consumer.group.ConsumerGroupCommand', ...back, '--execute');
    const removed = { version: 1, partitions: [{ topic: TOPIC, partition, offset: Number(committed) }] };
    const file = instanceOf(system.instance).paths.of('removed-events.json');
    writeFileSync(file, JSON.stringify(removed));
    await kafkaTool(system.instance, 'DeleteRecordsCommand', '--offset-json-file', file);
  },
};

async function someReadPartition(instance: string): Promise<{ partition: number; committed: bigint }> {
  const topic = (await topicsOf(instance)).find((each) => each.topic === TOPIC);
  const read = topic?.groups.find(({ group }) => group === GROUP)?.partitions.find(({ committed }) => BigInt(committed) > 0n);
  if (!read) throw new Error(`${GROUP} has read nothing of ${TOPIC} yet.`);
  return { partition: read.partition, committed: BigInt(read.committed) };
}

/** A tool of Kafka's own, run by the Java and with the jars of the broker that is up. */
async function kafkaTool(instance: string, tool: string, ...args: string[]): Promise<void> {
  const broker = (await status(instance)).services.find(({ name }) => name === 'kafka');
  const [java, ...flags] = readFileSync(`/proc/${broker?.pid}/cmdline`, 'utf8').split('\0');
  const classpath = flags[flags.indexOf('-cp') + 1]!;
  const { kafka, tls } = readConnections(instance);
  const { brokers, deploy } = kafka;
  // In a file: a command line shows to every user of the machine.
  const signIn = instanceOf(instance).paths.of('kafka-tool.properties');
  writeFileSync(
    signIn,
    kafkaToolFile(() => deploy.password, deploy.user, tls && join(tls.dir, 'kafka', CA_FILE)),
    { mode: 0o600 },
  );
  const server = ['--bootstrap-server', brokers[0]!, '--command-config', signIn];
  await run(java!, ['-cp', classpath, `org.apache.kafka.tools.${tool}`, ...server, ...args]);
}
