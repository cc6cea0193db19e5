import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose, docker } from '@waybill/containers';
import { SERVICES } from '@waybill/contracts';
import { projectRoot } from '@waybill/kit';
import type { Smoke } from './types.ts';

const RESULTS = 'test-results';

const SCRIPT = `
  node tools/compose/src/connections.ts /secrets >/tmp/connections.json
  cd tools/stack
  WAYBILL_TEST_STACK=/tmp/connections.json node ../jest.mjs --live rights`;

/**
 * Every user of PostgreSQL, RabbitMQ and Kafka tries every right: the specs of the native servers, on those of the containers. They run
 * in a container of their own, because the servers have names and ports there alone, with this machine's packages: so both must be Linux.
 */
export async function rightsAreAsNatively({ project, say, signal }: Smoke): Promise<void> {
  if (process.platform !== 'linux') return say('not tried: the packages of this machine do not run in a container');
  // They would take the messages of the specs.
  await compose(project, ['stop', ...SERVICES], { signal });
  const image = /^FROM (node:\S+)/m.exec(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8'))![1]!;
  // In a folder that may not be written to, Docker makes no place for the results.
  mkdirSync(join(projectRoot, 'tools/stack', RESULTS), { recursive: true });
  const places = [
    ...['--volume', `${projectRoot}:/waybill:ro`, '--tmpfs', `/waybill/tools/stack/${RESULTS}`],
    ...['--volume', `${project.name}_secrets:/secrets:ro`, '--workdir', '/waybill', '--tmpfs', '/tmp'],
  ];
  // Where SELinux would let a container read nothing of a home.
  const around = ['--network', `${project.name}_data`, '--security-opt', 'label=disable'];
  const printed = await docker(['run', '--rm', ...around, ...places, image, 'sh', '-ec', SCRIPT], {
    signal,
    progress: onlyCounts,
  });
  console.log(`\n${printed}\n`);
  function onlyCounts(line: string): void {
    if (/^Tests: /.test(line)) say(line);
  }
}
