// npm run test:compose: builds the images, brings the whole system up in containers, and has every order accounted for.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { baseImages, down, ImageMissing, missing, projectOf } from '@waybill/containers';
import { forgetCustomers } from '@waybill/demo';
import { elapsedReport } from '@waybill/stack';
import { smoke } from './smoke.ts';

const { values } = parseArgs({
  options: { 'no-pull': { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

/** What a program reads with `--json`. */
interface Result {
  readonly orders: number;
  readonly problem?: string;
  /** Why nothing was tried, where the machine lacks what it takes. */
  readonly lacks?: string;
}

if (values.help) {
  console.log(`npm run test:compose [-- --no-pull] [-- --json FILE]
Builds the images and runs a project of its own, on free ports: 100 orders, two replicas and both brokers killed under load, four
replicas of payment, down and up again. After each, every order is held against the databases and the outside world's ledgers.
  --no-pull    use the base images of this machine alone
  --json FILE  write {orders, problem, lacks} as well`);
} else {
  const result = await main();
  if (values.json) writeFileSync(values.json, JSON.stringify(result));
  process.exitCode = result.problem === undefined && result.lacks === undefined ? 0 : 1;
}

async function main(): Promise<Result> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  const say = elapsedReport(console.log);
  let project = projectOf('smoke');
  const lacks = (await missing()) ?? (await imageMissing());
  if (lacks) {
    console.error(lacks);
    return { orders: 0, lacks };
  }
  try {
    const orders = await smoke({ project, say, signal: stop.signal });
    say('every order is accounted for');
    return { orders };
  } catch (error) {
    const problem = (error as Error).message;
    say(problem);
    return { orders: 0, problem };
  } finally {
    await down(project, { forget: true }).catch((error: Error) => say(error.message));
    forgetCustomers(project);
    say('everything is removed but the images');
  }

  async function imageMissing(): Promise<string | undefined> {
    try {
      project = await baseImages(project, { pull: values['no-pull'] !== true, report: say });
    } catch (error) {
      if (error instanceof ImageMissing) return error.message;
      throw error;
    }
    return undefined;
  }
}
