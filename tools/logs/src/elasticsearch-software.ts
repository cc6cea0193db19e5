import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@waybill/kit';
import { aloneOnTheCache, cacheDir, mavenOfMachine } from '@waybill/stack';

/** The version of the images in docker-compose.yml: versions.spec.ts compares them. */
export const ELASTICSEARCH = '8.19.21';
const CHECKSUM = '215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a';
const ARTIFACT = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${ELASTICSEARCH}:zip`;

/**
 * The folder of a real Elasticsearch, from Maven Central: the distribution that its makers' plugins are tested with. It has
 * index, search, data streams and security. It lacks ILM, ingest and Java.
 */
export async function elasticsearchSoftware(say: (line: string) => void): Promise<string> {
  const folder = join(cacheDir(), 'elasticsearch', ELASTICSEARCH);
  if (!existsSync(folder)) await aloneOnTheCache(say, () => fetch(folder, say));
  return join(folder, `elasticsearch-${ELASTICSEARCH}`);
}

async function fetch(folder: string, say: (line: string) => void): Promise<void> {
  if (existsSync(folder)) return;
  const maven = await mavenOfMachine();
  if (!maven)
    throw new Error('Elasticsearch comes by Maven, which is not here: apt install maven, then run the same command again.');
  say(`downloading Elasticsearch ${ELASTICSEARCH} from Maven Central, 107 MB`);
  const repository = `${folder}.maven`;
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  for (const made of [repository, fresh]) mkdirSync(made, { recursive: true, mode: 0o700 });
  // Maven's plugin leaves a folder of markers where it is started.
  const where = { cwd: repository, env: maven.env };
  const options = ['-B', '-ntp', '-q', `-Dmaven.repo.local=${repository}`, `-Dartifact=${ARTIFACT}`];
  await run(maven.file, [...options, '-Dtransitive=false', 'dependency:get'], where);
  const zip = join(
    repository,
    `org/elasticsearch/distribution/integ-test-zip/elasticsearch/${ELASTICSEARCH}/elasticsearch-${ELASTICSEARCH}.zip`,
  );
  const found = createHash('sha256').update(readFileSync(zip)).digest('hex');
  if (found !== CHECKSUM) throw new Error(`${zip} has the checksum ${found}, and ${CHECKSUM} is wanted.`);
  await run(maven.file, [...options, `-DoutputDirectory=${fresh}`, 'dependency:unpack'], where);
  renameSync(fresh, folder);
  rmSync(repository, { recursive: true, force: true });
}
