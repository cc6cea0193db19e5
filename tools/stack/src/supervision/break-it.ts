import { SERVICES } from '@waybill/contracts';
import type { Instance } from '../instance.ts';
import { units } from '../topology.ts';
import { runAudit } from './audit.ts';
import type { Handler } from './control.ts';
import type { ServiceStatus, Supervisor } from './supervisor.ts';

/** Beside the supervisor's own, in the same folder, and there in a demo alone. */
export const BREAK_IT_SOCKET = 'break-it.sock';

const ACTS = ['kill', 'suspend', 'resume', 'stop', 'start'] as const;
type Act = (typeof ACTS)[number];

/** What a page in a browser may do to which process. The page comes by nginx: what it stops there it could not start again. */
const ALLOWED: ReadonlyMap<string, readonly Act[]> = new Map<string, readonly Act[]>([
  ...units(undefined, { only: SERVICES }).map(({ name }) => [name, ACTS] as const),
  ...['postgres', 'rabbitmq', 'kafka'].map((name) => [name, ACTS] as const),
  ['nginx', ['kill']],
]);

interface Breakable extends ServiceStatus {
  readonly group: 'replica' | 'server';
  readonly acts: readonly Act[];
}

/** All that the console's process can ask of the supervisor: five acts on these processes, how they are, and the audit. */
export const breakItVerbs = (
  supervisor: Pick<Supervisor, Act | 'status'>,
  instance: Instance,
): Readonly<Record<string, Handler>> => ({
  ...Object.fromEntries(ACTS.map((act) => [act, (name: string) => supervisor[act](allowed(name, act))])),
  status: async () => breakable(await supervisor.status()),
  audit: () => runAudit(instance),
});

function allowed(name: string, act: Act): string {
  const acts = ALLOWED.get(name) ?? [];
  if (acts.includes(act)) return name;
  const how = acts.length > 0 ? `${name} can only be asked to ${acts.join(', ')} here` : `${name} is not to be broken here`;
  throw new Error(`${how}. The command line can: \`npm run stack -- ${act} ${name}\`.`);
}

const breakable = (services: readonly ServiceStatus[]): Breakable[] =>
  services.flatMap((service) => {
    const acts = ALLOWED.get(service.name);
    const group = SERVICES.some((name) => service.name.startsWith(`${name}-`)) ? 'replica' : 'server';
    return acts ? [{ ...service, group, acts }] : [];
  });
