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
 * Our processes that crashed since `before`. A run kills, stops and suspends processes; none of ours may end by itself, also not
 * when a server is away. No audit would see it: the supervisor starts the process again, and every order still settles.
 */
export const crashedSince = (before: Crashes, now: Crashes): string[] =>
  Object.entries(now).flatMap(([name, crash]) =>
    crash && crash.at !== before[name]?.at ? [`${name} crashed: at ${crash.at} it ended with ${crash.how}: ${crash.error}`] : [],
  );
