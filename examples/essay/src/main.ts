// node src/main.ts [NAME ...]: makes the same accident happen to the program as everybody writes it first and to the program as it should
// be, and counts. Ends with 0 only when the first one did damage and the right one did none.
import { connect } from 'amqplib';
import { endAll } from './program.ts';
import { type Damage, runs, type Told } from './runs.ts';
import { amqpUrl, kafka } from './settings.ts';

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(runs);
const unknown = names.find((name) => !(name in runs));
if (unknown) {
  console.error(`There is no ${unknown}. Choose from ${Object.keys(runs).join(', ')}.`);
  process.exit(2);
}

let asExpected = true;
try {
  for (const name of names) {
    const { story, broker, first, right, damage, play } = runs[name]!;
    console.log(`\n${name} (${broker}): ${story}`);
    for (const [title, pair] of Object.entries({ 'as first written': first, 'as it should be': right })) {
      const told = await inAPlace(broker, (where) => play(pair, where));
      const counted = countOf(told);
      console.log(`  ${title}  sent ${told.sent.length}, ${damage.map((kind) => `${kind} ${counted[kind]}`).join(', ')}`);
      const did = damage.map((kind) => counted[kind]);
      asExpected &&= pair === first ? did.every((count) => count > 0) : did.every((count) => count === 0);
    }
  }
} finally {
  await endAll();
}
if (!asExpected) console.error('\nNot what was expected: the first program should do damage, and the right one none.');
process.exitCode = asExpected ? 0 : 1;

function countOf({ sent, done }: Told): Record<Damage, number> {
  const times = (message: string) => done.filter((other) => other === message).length;
  const orders = Map.groupBy(done, (message) => message.split(' ', 2).join(' '));
  const STEPS = ['placed', 'paid', 'shipped'];
  const stepsOf = (messages: string[]) => messages.map((message) => STEPS.indexOf(message.split(' ')[2]!));
  return {
    lost: sent.filter((message) => times(message) === 0).length,
    twice: sent.filter((message) => times(message) > 1).length,
    'out of order': [...orders.values()].filter((messages) => stepsOf(messages).some((step, at, all) => step < all[at - 1]!))
      .length,
  };
}

/** A queue or a topic with six partitions, which is gone afterwards. */
async function inAPlace<T>(broker: 'RabbitMQ' | 'Kafka', work: (where: string) => Promise<T>): Promise<T> {
  const where = `essay-${process.pid}-${Date.now()}`;
  if (broker === 'RabbitMQ') {
    const result = await work(where);
    const connection = await connect(amqpUrl);
    await (await connection.createChannel()).deleteQueue(where);
    await connection.close();
    return result;
  }
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: where, numPartitions: 6 }] });
  const result = await work(where);
  await admin.deleteTopics({ topics: [where] });
  await admin.disconnect();
  return result;
}
