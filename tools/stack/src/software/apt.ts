import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, run } from '@waybill/kit';

export interface Package {
  readonly name: string;
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/** The release and machine type, which decide every package's version: `debian-12-amd64`. */
export async function release(): Promise<string> {
  const os = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(os)?.[1] ?? '';
  const architecture = await run('dpkg', ['--print-architecture']).catch(() => {
    throw new Error(
      `The servers are unpacked from packages of Debian 12 or later or Ubuntu 22.04 or later, and this is ${field('PRETTY_NAME')}.`,
    );
  });
  return [field('ID'), field('VERSION_ID') || field('VERSION_CODENAME'), architecture.trim()].join('-');
}

/**
 * apt with its own lists and cache, and with no package counted as installed. So it works without root, changes nothing on the
 * machine, and names the same packages on every machine of a release. Sources, proxies and keys are the machine's.
 */
export class Apt {
  readonly #home: string;
  readonly #packages: string;
  /** What apt said of sources that it could not read; it goes on without them. */
  #complaints: string[] = [];

  constructor(home: string) {
    this.#home = home;
    this.#packages = join(home, 'packages');
    for (const dir of ['apt/lists/partial', 'apt/cache/archives/partial', 'packages'])
      mkdirSync(join(home, dir), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'apt/nothing-installed'), '');
    writeFileSync(join(home, 'apt/apt.conf'), configuration(join(home, 'apt')));
  }

  /** A source that cannot be reached need not be one that matters: what is missing shows when packages are chosen. */
  async update(report: Report): Promise<void> {
    report('asking the package sources of this machine for their newest lists');
    const said = await this.#apt('apt-get', 'update', '-q').catch((error: Error) => error.message);
    this.#complaints = said.split('\n').filter((line) => /^(W|E|Err)\b/.test(line));
  }

  /** The newest Java with long-term support that the release has: 17 and every fourth after it. Kafka 4 needs at least 17. */
  async newestJava(): Promise<string> {
    const names = (await this.#apt('apt-cache', 'pkgnames', 'openjdk-')).split('\n');
    const versions = names
      .map((name) => Number(/^openjdk-(\d+)-jre-headless$/.exec(name)?.[1]))
      .filter((version) => version >= 17 && (version - 17) % 4 === 0)
      .sort((one, other) => other - one);
    for (const version of versions) {
      const name = `openjdk-${version}-jre-headless`;
      // A name that others only mention has no candidate.
      if (/Candidate: \d/.test(await this.#apt('apt-cache', 'policy', name))) return name;
    }
    throw this.#explained('No Java 17, 21 or later is in the package sources.');
  }

  /** Everything that the roots need. Each line reads `'URL' FILE SIZE SHA256:HASH`. */
  async closure(roots: readonly string[]): Promise<Package[]> {
    const lines = await this.#apt(
      'apt-get',
      ...['install', '--no-install-recommends', '--print-uris', '-qq', '-y', ...roots],
    ).catch((error: Error) => {
      throw this.#explained(error.message);
    });
    return lines
      .split('\n')
      .filter((line) => line.startsWith("'"))
      .map((line) => line.split(' ') as [string, string, string, string])
      .map(([, file, size, hash]) => ({
        name: file.slice(0, file.indexOf('_')),
        file,
        size: Number(size),
        sha256: hash.replace('SHA256:', ''),
      }));
  }

  /** Fetches into the folder `packages`. apt goes on where it stopped and checks every file against the signed index. */
  async download(packages: readonly Package[]): Promise<void> {
    const names = packages.map(({ name }) => name);
    await this.#apt('apt-get', 'download', '-q', ...names).catch((error: Error) => {
      throw this.#explained(error.message);
    });
  }

  get packages(): string {
    return this.#packages;
  }

  /** The lists are old tomorrow, and the packages are unpacked. */
  remove(): void {
    for (const dir of ['apt', 'packages']) rmSync(join(this.#home, dir), { recursive: true, force: true });
  }

  #apt(program: string, ...args: string[]): Promise<string> {
    // apt reads the lower-case names only.
    const { HTTP_PROXY, HTTPS_PROXY, http_proxy = HTTP_PROXY, https_proxy = HTTPS_PROXY } = process.env;
    const env = { ...process.env, LC_ALL: 'C', ...(http_proxy && { http_proxy }), ...(https_proxy && { https_proxy }) };
    return run(program, ['-c', join(this.#home, 'apt/apt.conf'), ...args], { cwd: this.#packages, env, withErrors: true });
  }

  #explained(reason: string): Error {
    return new Error(
      `The Debian packages could not be fetched. apt used this machine's own sources (/etc/apt): check that they can be reached, ` +
        `set http_proxy behind a proxy, then run the same command again: what is complete is kept.\n${[reason, ...this.#complaints.slice(0, 6)].join('\n')}`,
    );
  }
}

/** Hooks of the machine's own apt (they clean its caches and start services) are not for us. */
const configuration = (state: string) => `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "${state}";
Dir::State::Lists "${state}/lists";
Dir::State::status "${state}/nothing-installed";
Dir::Cache "${state}/cache";
APT::Sandbox::User "";
Debug::NoLocking "1";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::ForceHash "SHA256";
`;
