import { setTimeout as delay } from 'node:timers/promises';
import { table } from '@waybill/kit';
import { running } from '../supervision/running.ts';
import { Capture } from '../wire/capture.ts';
import { mayBeClear, secretsBelow, WireReader } from '../wire/reader.ts';

/** Captures the loopback interface, and says what somebody without a key could read at each port. The exit code is 1 where that is wrong. */
export async function wire(options: {
  readonly instance?: string;
  readonly seconds: number;
  readonly json: boolean;
}): Promise<void> {
  const { ports, secrets } = running(options.instance);
  const reader = new WireReader(ports, secretsBelow(secrets.dir));
  const capture = await Capture.start(Object.values(ports), reader.read);
  console.error(`Capturing for ${options.seconds} s.`);
  await delay(1_000 * options.seconds);
  await capture.end();
  const heard = [...reader.heard].filter(([, { packets }]) => packets > 0);
  if (options.json)
    console.log(
      JSON.stringify(
        Object.fromEntries(heard.map(([name, { packets, bytes, read }]) => [name, { packets, bytes, read: [...read] }])),
        null,
        2,
      ),
    );
  else
    console.log(
      table([
        ['PORT', 'PACKETS', 'KB', 'COULD BE READ', 'WHY CLEAR TEXT MAY GO THERE'],
        ...heard.map(([name, { packets, bytes, read }]) => [
          name,
          packets,
          Math.round(bytes / 1_000),
          [...read].join(', ') || 'nothing',
          mayBeClear(name) ?? '',
        ]),
      ]),
    );
  const problems = reader.problems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
