import { TLS_FOLDER } from '@waybill/deploy';
import type { Part, Unit } from '@waybill/stack';
import type { SourceFile } from './check.ts';
import { type ComposeFile, type ComposeService, isStep, secretsMount } from './compose-file.ts';

/** What the compose file must agree with: the native stack's facts. */
export interface StackFacts {
  readonly topology: Readonly<Record<string, Part>>;
  readonly environmentOf: (unit: Unit) => Readonly<Record<string, string>>;
  /** Which container is given which secrets. */
  readonly recipients: Readonly<Record<string, readonly string[]>>;
}

/** Compose has a step for what the native stack does while it starts a server. Grafana exists as an image only. */
const ONLY_HERE: readonly string[] = ['secrets', 'configuration', 'postgres-volume', 'databases', 'grafana'];
/** What exists in containers alone, and starts only when it is asked for by one of these names. */
const ONLY_HERE_BY_PROFILE: readonly string[] = ['elk', 'traces', 'rotate'];

/** Processes that learn from their environment what they have to know; the others read a file of infra. */
const TOLD_BY_ENVIRONMENT: readonly Part['runs'][] = ['app', 'step', 'postgres-exporter'];

/** Where the compose file says something else than the native stack: one sentence each. */
export function composeDrift(file: ComposeFile, facts: StackFacts): string[] {
  const { topology } = facts;
  const names = Object.keys(file.services);
  return [
    ...Object.keys(topology)
      .filter((name) => !names.includes(name))
      .map((name) => `the topology has ${name}, which is not in docker-compose.yml`),
    ...names
      .filter((name) => !(name in topology) && !ONLY_HERE.includes(name))
      .filter((name) => !file.services[name]?.profiles?.some((profile) => ONLY_HERE_BY_PROFILE.includes(profile)))
      .map((name) => `docker-compose.yml has ${name}, which is not in tools/stack/src/topology.ts`),
    ...Object.entries(topology).flatMap(([name, part]) => {
      const service = file.services[name];
      return service ? partProblems(name, part, service, file, facts).map((problem) => `${name}: ${problem}`) : [];
    }),
    ...Object.entries(file.services).flatMap(([name, service]) =>
      secretProblems(name, service, facts.recipients[name] ?? []).map((problem) => `${name}: ${problem}`),
    ),
  ];
}

function partProblems(name: string, part: Part, service: ComposeService, file: ComposeFile, facts: StackFacts): string[] {
  const replicas = service.deploy?.replicas ?? 1;
  const waitsFor = service.depends_on ?? {};
  return [
    ...(service.profiles?.join() === part.profile
      ? []
      : [`belongs to ${profileName(service.profiles?.join())}, in the topology to ${profileName(part.profile)}`]),
    ...(replicas === (part.replicas ?? 1) ? [] : [`has ${replicas} replicas, the topology ${part.replicas ?? 1}`]),
    ...part.after.filter((other) => !(other in waitsFor)).map((other) => `does not wait for ${other}`),
    ...Object.keys(waitsFor)
      .filter((other) => !part.after.includes(other) && !ONLY_HERE.includes(other))
      .map((other) => `waits for ${other}, which the topology does not ask`),
    ...Object.entries(waitsFor)
      .filter(
        ([other, { condition }]) => condition !== (isStep(other, file) ? 'service_completed_successfully' : 'service_healthy'),
      )
      .map(([other]) => `does not wait until ${other} is ready or done`),
    ...(part.script === undefined || service.command?.includes(part.script) ? [] : [`does not run ${part.script}`]),
    ...(part.runs === 'app' && !JSON.stringify(service.healthcheck ?? '').includes('/health/ready')
      ? ['its health check does not ask /health/ready']
      : []),
    ...(TOLD_BY_ENVIRONMENT.includes(part.runs) ? environmentProblems(name, part, service, facts) : []),
  ];
}

const profileName = (name: string | undefined) => (name === undefined ? 'no profile' : `the profile ${name}`);

/** Equal, but for REPLICA: the replicas of a service share one environment here, and take their name from their host. */
function environmentProblems(name: string, part: Part, service: ComposeService, facts: StackFacts): string[] {
  const { REPLICA: _, ...wanted } = facts.environmentOf({ name, partName: name, part, replica: 1 });
  const given = Object.fromEntries(
    // A setting that nobody made arrives empty, which a service takes for not set.
    Object.entries(service.environment ?? {}).flatMap(([variable, value]) =>
      value == null || value === '' ? [] : [[variable, String(value)]],
    ),
  );
  return [...new Set([...Object.keys(wanted), ...Object.keys(given)])]
    .filter((variable) => wanted[variable] !== given[variable])
    .map((variable) => `${variable} is ${given[variable] ?? 'not set'}, the native stack's is ${wanted[variable] ?? 'not set'}`);
}

/** Its own folder and no other's, and no variable that names a secret which is not in it. */
function secretProblems(name: string, service: ComposeService, mine: readonly string[]): string[] {
  const mount = secretsMount(service);
  const named = Object.values(service.environment ?? {})
    .map((value) => /^\/run\/secrets\/(.+)$/.exec(String(value))?.[1])
    .filter((secret) => secret !== undefined);
  return [
    // nginx finds all of its files in one folder.
    ...(mount && ![name, `${name}/${TLS_FOLDER}`].includes(mount.volume?.subpath ?? '')
      ? [`mounts the secrets of ${mount.volume?.subpath ?? 'everybody'}`]
      : []),
    ...(mount && mount.read_only !== true ? ['may write its secrets'] : []),
    ...(mine.length > 0 && !mount ? ['has secrets and does not mount them'] : []),
    ...named.filter((secret) => !mine.includes(secret)).map((secret) => `names the secret ${secret}, which it is not given`),
  ];
}

/** Files that lack a text which they must have. */
export const missingTexts = (
  files: readonly SourceFile[],
  wanted: readonly (readonly [file: string, text: string])[],
): string[] =>
  wanted
    .filter(([path, text]) => !files.some((file) => file.path === path && file.text.includes(text)))
    .map(([path, text]) => `${path} lacks \`${text}\`, which the topology asks`);
