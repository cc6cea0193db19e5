// npm run test:compose: builds the images, brings the whole system up in containers, and has every order accounted for.
import { parseArgs } from 'node:util';
import { baseImages, down, ImageMissing, missing, type Project, projectOf } from '@waybill/containers';
import { forgetCustomers } from '@waybill/demo';
import { elapsedReport, makePrivateCopy, program, type Verdict } from '@waybill/kit';
import { smoke } from './smoke.ts';

const HELP = `npm run test:compose [-- --no-pull] [-- --json FILE]
Copies this folder so that its owner alone can read the copy, builds the images from it, and runs them beside any other
project, on free ports: 100 orders, two replicas and both brokers killed under load, another value for every secret under load,
four replicas of payment, down and up again. After each step it holds every order against the databases and the outside world's
ledgers. Then every user of PostgreSQL, RabbitMQ and Kafka tries every right.
  --no-pull    use the base images of this machine alone
  --json FILE  the result for machines`;

await program({ name: 'compose', help: HELP, read: readOptions, run: smokeOf });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      'no-pull': { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  return { pull: !values['no-pull'], json: values.json };
}

async function smokeOf({ pull }: { pull: boolean }, signal: AbortSignal): Promise<Verdict> {
  const say = elapsedReport(console.log);
  let project = withHaproxy(projectOf('smoke'));
  const lacks = (await missing()) ?? (await imageMissing());
  if (lacks) {
    console.error(lacks);
    return { passed: 0, failed: 0, skipped: 1, note: lacks };
  }
  const copy = makePrivateCopy();
  project = { ...project, folder: copy.folder };
  try {
    const orders = await smoke({ project, say, signal });
    say('every order is accounted for');
    return { passed: 1, failed: 0, note: `${orders} orders accounted for` };
  } catch (error) {
    const problem = (error as Error).message;
    say(problem);
    return { passed: 0, failed: 1, note: problem.split('\n')[0] };
  } finally {
    await down(project, { forget: true }).catch((error: Error) => say(error.message));
    forgetCustomers(project);
    copy.remove();
    say('everything is removed but the images');
  }

  async function imageMissing(): Promise<string | undefined> {
    try {
      project = await baseImages(project, { pull, report: say, signal });
    } catch (error) {
      if (error instanceof ImageMissing) return error.message;
      throw error;
    }
    return undefined;
  }
}

function withHaproxy({ settings, ...project }: Project): Project {
  return { ...project, settings: { ...settings, COMPOSE_PROFILES: 'haproxy' } };
}
