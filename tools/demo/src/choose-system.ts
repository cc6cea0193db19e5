import { existsSync, readFileSync } from 'node:fs';
import { containerSystem } from './container-system.ts';
import { nativeSystem } from './native-system.ts';
import type { Options } from './options.ts';
import type { System } from './system.ts';

/** The servers run as processes on Debian and Ubuntu. Elsewhere, or with `--with docker`, Docker runs the same topology. */
export function chooseSystem({ instance, with: wanted }: Pick<Options, 'instance' | 'with'>): System {
  if (wanted === 'docker') return containerSystem(instance);
  if (process.platform === 'linux' && isDebianOrUbuntu(osRelease())) return nativeSystem(instance);
  console.error(`Without Docker, it runs on Debian and Ubuntu; this is ${process.platform}. With Docker, then:`);
  return containerSystem(instance);
}

const osRelease = (file = '/etc/os-release') => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** By what a distribution says of itself, or of its parents: `ID_LIKE="ubuntu debian"`. */
export const isDebianOrUbuntu = (release: string): boolean => /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
