import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Report, run } from '@waybill/kit';
import { cacheDir } from '../instance.ts';
import type { Maven } from './maven.ts';

/** Kafka has no Debian package: its jars come from Maven Central, by Maven, so that a machine's mirrors and proxies count. */
const POM = join(projectRoot, 'infra/kafka/pom.xml');
const CHECKSUMS = join(projectRoot, 'infra/kafka/jars.sha256');

/** The folder with exactly the pinned jars, which is whole when it is there. */
export const jarsFolder = () =>
  join(cacheDir(), 'kafka', createHash('sha256').update(readFileSync(CHECKSUMS)).digest('hex').slice(0, 12));

/** Fetches and checks the jars. What a broken start got stays in Maven's own folder until they are complete. */
export async function fetchJars({ file, env }: Maven, report: Report): Promise<void> {
  const repository = join(cacheDir(), 'kafka/maven');
  const fresh = `${jarsFolder()}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const watch = progress(repository, report);
  try {
    await run(
      file,
      [
        ...['-B', '-ntp', '-q', '-f', POM, `-Dmaven.repo.local=${repository}`, `-DoutputDirectory=${fresh}`],
        // A connection that goes silent is dropped after 30 s, not after half an hour.
        ...['-Dmaven.wagon.rto=30000', '-Daether.connector.requestTimeout=30000'],
        'dependency:copy-dependencies',
      ],
      { env },
    );
    verify(fresh, readFileSync(CHECKSUMS, 'utf8'));
  } catch (error) {
    throw explained(error as Error);
  } finally {
    clearInterval(watch);
  }
  renameSync(fresh, jarsFolder());
  rmSync(repository, { recursive: true, force: true });
}

/** Every jar of the list with its checksum, and no other. */
function verify(folder: string, wanted: string): void {
  const lines = wanted.trim().split('\n');
  for (const line of lines) {
    const [checksum, name] = line.split(/\s+/) as [string, string];
    const path = join(folder, name);
    if (!existsSync(path)) throw new Error(`${name} is missing.`);
    const found = createHash('sha256').update(readFileSync(path)).digest('hex');
    if (found !== checksum) throw new Error(`${name} has the checksum ${found}, and infra/kafka/jars.sha256 says ${checksum}.`);
  }
  const count = readdirSync(folder).length;
  if (count !== lines.length) throw new Error(`${count} jars came for the ${lines.length} of infra/kafka/jars.sha256.`);
}

function progress(folder: string, report: Report): NodeJS.Timeout {
  report("downloading Kafka's jars from Maven Central, about 60 MB with what Maven needs itself");
  return setInterval(() => report(`downloading Kafka's jars: ${(sizeOf(folder) / 1e6).toFixed(0)} MB`), 3000);
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return sum + (found?.isFile() ? found.size : 0);
  }, 0);
}

const explained = (error: Error) =>
  new Error(
    `Kafka's jars could not be fetched. Maven used this machine's own settings (~/.m2/settings.xml: mirrors, proxies); check that ` +
      `they reach Maven Central, then run the same command again: what is complete is kept.\n${error.message}`,
  );
