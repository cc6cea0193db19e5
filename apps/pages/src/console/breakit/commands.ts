import type { Act, Breakable } from './break-it.ts';

type Where = Pick<Breakable, 'runs' | 'instance'>;

const DEFAULT_INSTANCE = 'default';
const DEFAULT_PROJECT = 'waybill';

const DOCKER: Readonly<Record<Act, string>> = {
  kill: 'kill',
  suspend: 'pause',
  resume: 'unpause',
  stop: 'stop',
  start: 'start',
};

/** What a person types for the same. */
export const actCommand = (where: Where, act: Act, unit: string): string =>
  where.runs === 'containers'
    ? `docker ${DOCKER[act]} ${containerOf(where, unit)}`
    : `npm run stack -- ${act} ${unit}${instanceOption(where)}`;

/** A replica has its number in its name already; of anything else compose starts one. */
const containerOf = ({ instance }: Where, unit: string) => `${instance}-${/-\d+$/.test(unit) ? unit : `${unit}-1`}`;

export const faultCommand = (where: Where, settings: object): string =>
  `npm run stack -- outside-world /faults '${JSON.stringify(settings)}'${
    where.runs === 'containers' ? ` --with docker${projectOption(where)}` : instanceOption(where)
  }`;

export const auditCommand = (where: Where): string =>
  where.runs === 'containers'
    ? `npm run demo -- audit --with docker${projectOption(where)}`
    : `npm run demo -- audit${instanceOption(where)}`;

const instanceOption = ({ instance }: Where) => (instance === DEFAULT_INSTANCE ? '' : ` --instance ${instance}`);

const projectOption = ({ instance }: Where) =>
  instance === DEFAULT_PROJECT ? '' : ` --instance ${instance.replace(`${DEFAULT_PROJECT}-`, '')}`;
