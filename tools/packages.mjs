// What npm has to bring, and what it has not brought. Plain Node 20: it runs before anything is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of the lock file's packages for this kind of machine, and of the links to the packages of this repository. */
export function wantedFolders({ packages }, machine = thisMachine()) {
  const foreign = Object.keys(packages).filter((folder) => !suits(packages[folder], machine));
  return Object.keys(packages).filter(
    (folder) => folder.includes('node_modules/') && !foreign.some((other) => folder === other || folder.startsWith(`${other}/`)),
  );
}

export const missingFolders = (root, folders) => folders.filter((folder) => !existsSync(join(root, folder, 'package.json')));

const suits = ({ os, cpu, libc }, machine) => lists(os, machine.os) && lists(cpu, machine.cpu) && lists(libc, machine.libc);

const lists = (allowed, mine) => allowed === undefined || mine === undefined || allowed.includes(mine);

function thisMachine() {
  const { platform: os, arch: cpu } = process;
  if (os !== 'linux') return { os, cpu };
  return { os, cpu, libc: process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl' };
}

const IN_THE_WAY =
  /^npm_config_(also|cpu|dev|dry_run|global|global_style|install_links|install_strategy|libc|omit|only|optional|os|package_lock_only|production|workspaces?)$/i;

/** The settings of the shell that make npm leave packages out, though it is asked for all of them. */
export const settingsInTheWay = (environment = process.env) =>
  Object.entries(environment)
    .filter(([name, value]) => IN_THE_WAY.test(name) && value)
    .map(([name, value]) => `${name}=${value}`);
