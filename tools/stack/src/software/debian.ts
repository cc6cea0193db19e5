import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { cacheDir } from '../instance.ts';
import { run } from './run.ts';

/**
 * The packages that are unpacked. libc, libstdc++ and what else every Debian has stay the machine's own: an unpacked
 * libc on the library path breaks every program. libssl and libpcre2 are taken, because a minimal system lacks them.
 */
const WANTED = /^(rabbitmq-server|erlang-[a-z0-9-]+|nginx|nginx-core|libssl\d[a-z0-9.]*|libpcre2-8-0|openjdk-\d+-jre-headless)$/;

interface Package {
  readonly name: string;
  readonly file: string;
  readonly size: number;
}

/** The release and machine type, which decide every package's version: `debian-12-amd64`. */
async function release(): Promise<string> {
  const os = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(os)?.[1] ?? '';
  const architecture = (await run('dpkg', ['--print-architecture'])).trim();
  return [field('ID'), field('VERSION_ID') || field('VERSION_CODENAME'), architecture].join('-');
}

/**
 * The folder into which RabbitMQ with Erlang, nginx and (unless the machine has one) Java are unpacked, made when it is
 * not there. One per release and user: a second clone unpacks and downloads nothing.
 */
export async function debianTree(roots: readonly string[], report: Report): Promise<string> {
  const home = join(cacheDir(), await release());
  const tree = join(home, 'root');
  const done = join(home, 'unpacked.json');
  if (existsSync(done) && roots.every((root) => (JSON.parse(readFileSync(done, 'utf8')) as string[]).includes(root))) return tree;
  const apt = await privateApt(home);
  report('asking Debian for the newest package lists of this release');
  await run('apt-get', [...apt, 'update', '-q'], { cwd: home }).catch(explain);
  const packages = await choose(apt, roots, home);
  await download(apt, packages, home, report);
  report(`unpacking ${packages.length} packages`);
  const fresh = `${tree}.${process.pid}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const { file } of packages) await run('dpkg', ['-x', join(home, 'packages', file), fresh]);
  repointLinks(fresh, fresh, tree);
  rmSync(tree, { recursive: true, force: true });
  renameSync(fresh, tree);
  writeFileSync(done, JSON.stringify(roots));
  return tree;
}

/**
 * apt with lists and cache of our own and with nothing counted as installed, so that it works without root, changes
 * nothing, and names the same packages on every machine of a release. Sources, proxies and keys stay the machine's.
 */
async function privateApt(home: string): Promise<string[]> {
  for (const dir of ['apt/lists/partial', 'apt/cache/archives/partial', 'packages'])
    mkdirSync(join(home, dir), { recursive: true });
  const nothing = join(home, 'apt/nothing-installed');
  writeFileSync(nothing, '');
  const options = {
    'Dir::State': join(home, 'apt'),
    'Dir::State::Lists': join(home, 'apt/lists'),
    'Dir::State::status': nothing,
    'Dir::Cache': join(home, 'apt/cache'),
    'APT::Sandbox::User': '',
    'APT::Update::Post-Invoke': '',
    'APT::Update::Post-Invoke-Success': '',
    'Debug::NoLocking': '1',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The part of the roots' closure that is wanted; each line reads `'URL' FILE SIZE HASH`. */
async function choose(apt: string[], roots: readonly string[], home: string): Promise<Package[]> {
  const lines = await run('apt-get', [...apt, 'install', '--no-install-recommends', '--print-uris', '-qq', '-y', ...roots], {
    cwd: home,
  });
  return lines
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => line.split(' '))
    .map(([, file, size]) => ({ name: file!.slice(0, file!.indexOf('_')), file: file!, size: Number(size) }))
    .filter(({ name }) => WANTED.test(name));
}

/** apt checks every file against the signed index; a file that is there with its full size is not fetched again. */
async function download(apt: string[], packages: readonly Package[], home: string, report: Report): Promise<void> {
  const folder = join(home, 'packages');
  const have = ({ file, size }: Package) => existsSync(join(folder, file)) && statSync(join(folder, file)).size === size;
  const missing = packages.filter((each) => !have(each));
  if (missing.length === 0) return;
  const megabytes = (size: number) => (size / 1e6).toFixed(0);
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  report(`downloading ${missing.length} Debian packages, ${megabytes(total)} MB`);
  const timer = setInterval(() => {
    const got = missing.filter(have).reduce((sum, { size }) => sum + size, 0);
    report(`downloading Debian packages: ${megabytes(got)} of ${megabytes(total)} MB`);
  }, 3000);
  try {
    await run('apt-get', [...apt, 'download', '-q', ...missing.map(({ name }) => name)], { cwd: folder }).catch(explain);
  } finally {
    clearInterval(timer);
  }
}

function explain(error: Error): never {
  throw new Error(
    `Debian's packages could not be fetched. apt used this machine's own sources (/etc/apt): check that they can be reached, ` +
      `set http_proxy behind a proxy, then run the same command again: what is complete is kept.\n${error.message}`,
  );
}

/** A package's absolute links (`/etc/...`, `/usr/...`) mean the machine's root; here they have to mean the unpacked one. */
function repointLinks(folder: string, fresh: string, tree: string): void {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    const kind = lstatSync(path);
    if (kind.isDirectory()) repointLinks(path, fresh, tree);
    if (!kind.isSymbolicLink()) continue;
    const target = readlinkSync(path);
    if (!target.startsWith('/') || !existsSync(join(fresh, target))) continue;
    unlinkSync(path);
    symlinkSync(join(tree, target), path);
  }
}
