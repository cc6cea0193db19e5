import { baseImages, build, containersOf, down, missing, projectOf, up, type Project } from '@waybill/containers';
import { PASSWORD_SECRETS } from '@waybill/deploy';
import { containerOverview } from '@waybill/stack';
import { ProgressLine } from './progress-line.ts';
import { forgetCustomers, runningContainers } from './running-containers.ts';
import type { System } from './system.ts';

/** The image of secrets has Node and no shell. For a shell this stands between single quotes, so it has none itself. */
export const TELL_PASSWORDS = `${JSON.stringify(PASSWORD_SECRETS)}.map((name) => name + ":" + fs.readFileSync("/secrets/all/" + name, "utf8")).join("\\n")`;

/** Containers, by docker compose. */
export function containerSystem(instance: string | undefined): System {
  const plain = projectOf(instance);
  // A demo is there to be broken, by its page too.
  let project: Project = { ...plain, settings: { ...plain.settings, WAYBILL_BREAK_IT: 'on' } };
  const which = instance === undefined ? '' : ` --instance ${instance}`;
  const compose = `docker compose${instance === undefined ? '' : ` -p ${project.name}`}`;
  // What somebody else has started is not ours to stop, even if our own start fails.
  let ours = false;
  return {
    async start(report, signal) {
      const sentence = await missing();
      if (sentence) throw new Error(`${sentence} Start or update Docker, and run the same command again.`);
      ours = !(await containersOf(project)).some(({ running }) => running);
      project = await baseImages(project, { pull: true, report, signal });
      report('building the images, which takes some minutes the first time');
      const line = new ProgressLine();
      await build(project, { report: (step) => line.show(step), signal }).finally(() => line.end());
      report('starting the containers');
      await up(project, { report, signal });
      return ours;
    },
    running: () => runningContainers(project),
    overview: () => containerOverview(project),
    async stop(report) {
      if (!ours) return;
      report('stopping everything');
      await down(project, { forget: instance !== undefined });
      if (instance !== undefined) forgetCustomers(project);
      report('stopped');
    },
    commands: {
      status: `npm run stack -- status --with docker${which}`,
      log: `${compose} logs order`,
      kill: [`docker kill ${project.name}-payment-1`, 'kill -9: the other replica takes over; `docker start` brings it back'],
      stopBroker: [`${compose} stop rabbitmq`, 'orders are still accepted; `start rabbitmq` and they settle'],
      audit: `npm run demo -- audit --with docker${which}`,
      ledger: (of) => `npm run stack -- outside-world /ledger/${of} --with docker${which}`,
      token: (who) => `npm run -s token -- ${who} --with docker${which}`,
      passwords: `${compose} run --rm -T --no-deps secrets node --print '${TELL_PASSWORDS}'`,
    },
  };
}
