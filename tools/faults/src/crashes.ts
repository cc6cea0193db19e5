import { SERVICES } from '@waybill/contracts';
import { status, type ServiceStatus } from '@waybill/stack';

/** The last crash of each process of ours. A kill that was asked for is none; a stop that was not clean is one. */
export type Crashes = Readonly<Record<string, ServiceStatus['lastCrash']>>;

const OURS = new RegExp(`^(${SERVICES.join('|')})-\\d+$|^outside-world$`);

export async function readCrashes(instance: string): Promise<Crashes> {
  const { services } = await status(instance);
  return Object.fromEntries(services.filter(({ name }) => OURS.test(name)).map(({ name, lastCrash }) => [name, lastCrash]));
}

/**
 * What crashed since `before`, of all that a run may do to the system: it kills, stops and suspends, and whatever it does to a
 * server, no process of ours may end by itself. The supervisor would start it again, and every order would still settle.
 */
export const crashedSince = (before: Crashes, now: Crashes): string[] =>
  Object.entries(now).flatMap(([name, crash]) =>
    crash && crash.at !== before[name]?.at ? [`${name} crashed: at ${crash.at} it ended with ${crash.how}: ${crash.error}`] : [],
  );
