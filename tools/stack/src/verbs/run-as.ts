import { spawnSync } from 'node:child_process';
import { projectRoot, runToEnd } from '@waybill/kit';
import { appEnvironment } from '../servers/app.ts';
import { readSettings } from '../settings.ts';
import { running } from '../supervision/running.ts';
import { units } from '../topology.ts';

type OurPart = 'identity' | 'outside-world';

/** Runs a program of one of our processes beside it, told what that is told, and so with its rights. Its exit code is ours. */
export function runAs(part: OurPart, program: string, args: readonly string[], instance?: string): void {
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', program, ...args], {
    ...placeOf(part, instance),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
}

/** The same, and what it said, whether it did what was asked or not. */
export async function saidAs(part: OurPart, program: string, instance?: string): Promise<string> {
  const { output } = await runToEnd(process.execPath, ['--enable-source-maps', program], placeOf(part, instance));
  return output.trim();
}

function placeOf(part: OurPart, instance: string | undefined) {
  const around = running(instance);
  const [unit] = units(undefined, { only: [part] });
  return { cwd: projectRoot, env: appEnvironment(unit!, { ...around, settings: readSettings() }) };
}
