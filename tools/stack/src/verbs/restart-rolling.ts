import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '@waybill/contracts';
import type { Report } from '@waybill/kit';
import type { ServiceStatus } from '../supervision/supervisor.ts';
import { units, type Unit } from '../topology.ts';

/** After a replica is ready, until every balancer is sure to send it requests again and the next one may go. */
const REJOIN_MS = 2_000;
const LOOK_EVERY_MS = 50;

/** The running instance, as far as a rolling restart has to do with it. */
export interface System {
  services(): Promise<readonly Pick<ServiceStatus, 'name' | 'state' | 'healthy'>[]>;
  /** Stops and starts a unit, and resolves with a sentence when it is ready. */
  restart(unit: string): Promise<string>;
  readonly report: Report;
  readonly rejoinMs?: number;
}

/**
 * Restarts one replica after the other, so that a request always finds one: each is told to stop, answers on for a second
 * while the balancers leave it, finishes what it holds, ends, starts, is ready and is back among the others before the next.
 * @param names services or single replicas; none means all services.
 * @throws before anything is touched when a name is unknown or runs once; at a replica whose others cannot stand in for it;
 *   and when one does not become ready again. The rest is then left as it is.
 */
export async function restartOneByOne(names: readonly string[], system: System): Promise<void> {
  for (const unit of replicasNamed(names.length > 0 ? names : SERVICES)) {
    refuseIfAlone(unit, await system.services());
    system.report(`${unit.name} drains: unready from now on, it answers until the balancers have left it`);
    const restarted = system.restart(unit.name);
    await untilItStarts(unit.name, restarted, system);
    system.report(await restarted);
    await delay(system.rejoinMs ?? REJOIN_MS);
    system.report(`${unit.name} is back in the balancers`);
  }
}

/** Every replica once, in the order in which they were named. */
function replicasNamed(names: readonly string[]): Unit[] {
  const found = names.flatMap((name) => {
    const replicas = units().filter((unit) => unit.name === name || unit.partName === name);
    if (replicas.length === 0) throw new Error(`There is no ${name}: choose from ${SERVICES.join(', ')}, or name a replica.`);
    if ((replicas[0]!.part.replicas ?? 1) < 2)
      throw new Error(`${name} runs once, and nothing stands in for it meanwhile: \`npm run stack -- restart ${name}\`.`);
    return replicas;
  });
  return found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index);
}

function refuseIfAlone({ name, partName }: Unit, services: Awaited<ReturnType<System['services']>>): void {
  const others = services.filter((other) => other.name !== name && other.name.replace(/-\d+$/, '') === partName);
  if (others.some(({ healthy }) => healthy)) return;
  const states = others.map((other) => `${other.name} is ${other.state === 'ready' ? 'not healthy' : other.state}`);
  throw new Error(
    `${name} is not restarted, because no other replica of ${partName} could stand in for it: ${states.join(', ') || 'there is none'}.`,
  );
}

/** Tells when the old process is gone. The supervisor does the work, also when this process ends meanwhile. */
async function untilItStarts(name: string, restarted: Promise<string>, { services, report }: System): Promise<void> {
  let over = false;
  const settled = restarted.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over) {
    const state = (await services()).find((service) => service.name === name)?.state;
    if (state === 'starting') return report(`${name} has finished what it held, and starts again`);
    await Promise.race([delay(LOOK_EVERY_MS), settled]);
  }
}
