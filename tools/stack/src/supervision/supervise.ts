// The supervisor's process: `node supervise.ts INSTANCE [ONLY,ONLY...] [WITH,WITH...]`, started detached by `up` in the instance's folder.
import { readFileSync, rmSync } from 'node:fs';
import { keepMadeSecrets, Secrets } from '@waybill/deploy';
import { elapsedReport } from '@waybill/kit';
import { BREAK_IT_SOCKET, breakItVerbs } from './break-it.ts';
import { listen, SOCKET, socketOf } from './control.ts';
import { BREAK_IT, FEED_ADDRESS, TRACES_PER_SECOND } from '../environment.ts';
import { startGuardian } from './guardian.ts';
import { instanceOf } from '../instance.ts';
import { plainNameOf } from '../plain-name.ts';
import { readSettings } from '../settings.ts';
import { prepareSoftware } from '../software/software.ts';
import { Supervisor } from './supervisor.ts';
import { units } from '../topology.ts';

const [name, only = '', added = ''] = process.argv.slice(2);
const instance = instanceOf(name);
const places = instance.paths;

/** What was reported so far; `up` asks for the lines from a number on, and waits here when there are none yet. */
const lines: string[] = [];
let outcome: 'starting' | 'ready' | 'failed' = 'starting';
let failure = '';
let wake: (() => void)[] = [];
const tell = () => wake.splice(0).forEach((each) => each());
const report = elapsedReport((line) => {
  // `up` listens until everything is ready; what happens later carries its time of day and goes to the log alone.
  if (outcome !== 'starting') return console.log(`${new Date().toISOString()}${line.replace(/^ *[\d.]+ s/, '')}`);
  console.log(line);
  lines.push(line);
  tell();
});
const guardian = startGuardian(instance, report);

const wanted = units(undefined, { ...(only && { only: only.split(',') }), ...(added && { with: added.split(',') }) });
// Without the console nobody takes the spans or hears the feed, unless a person says who does.
const told = wanted.some(({ partName }) => partName === 'console') ? {} : { [TRACES_PER_SECOND]: '0', [FEED_ADDRESS]: 'off' };
const secrets = new Secrets(places.secrets);
keepMadeSecrets(secrets);
const settings: Readonly<Record<string, string>> = { ...told, ...readSettings() };
const breakIt = settings[BREAK_IT] === 'on';
const supervisor = new Supervisor(wanted, {
  instance,
  home: plainNameOf(instance),
  secrets,
  software: await prepareSoftware(report),
  ports: JSON.parse(readFileSync(places.ports, 'utf8')) as Record<string, number>,
  settings,
  ...(breakIt && { breakItSocket: socketOf(process, BREAK_IT_SOCKET) }),
  report,
});

rmSync(SOCKET, { force: true });
const server = await listen({
  ping: () => 'here',
  status: () => supervisor.status(),
  start: supervisor.start,
  stop: supervisor.stop,
  kill: supervisor.kill,
  suspend: supervisor.suspend,
  resume: supervisor.resume,
  restart: (unit) => supervisor.restart(unit),
  reload: supervisor.reload,
  progress: async (from) => {
    if (lines.length <= Number(from) && outcome === 'starting') await new Promise<void>((resolve) => wake.push(resolve));
    return { lines: lines.slice(Number(from)), outcome, failure };
  },
  down: async () => {
    await end();
  },
});

// Another socket, which knows nothing of what the console may not do: `down` and the like are not refused there, but not there.
rmSync(BREAK_IT_SOCKET, { force: true });
const breakItServer = breakIt ? await listen(breakItVerbs(supervisor, instance), BREAK_IT_SOCKET) : undefined;

let ending: Promise<void> | undefined;
function end(): Promise<void> {
  ending ??= (async () => {
    breakItServer?.close();
    await supervisor.stopAll();
    rmSync(places.state, { force: true });
    rmSync(places.socket, { force: true });
    await guardian.release();
    // The order's own answer still has to leave.
    setTimeout(() => process.exit(0), 50);
    server.close();
  })();
  return ending;
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());

try {
  await supervisor.startAll();
  outcome = 'ready';
} catch (error) {
  outcome = 'failed';
  failure = (error as Error).message;
  console.error(failure);
}
tell();
