import { READ_BY_GROUP, READ_BY_OWN_GROUP, SERVERS_GROUP } from '@waybill/deploy';
import { type ComposeFile, type ComposeService, isStep, secretsMount } from './compose-file.ts';

interface Rule {
  readonly says: string;
  readonly holds: (service: ComposeService, about: { readonly name: string; readonly step: boolean }) => boolean;
}

/** Services that people and tools reach from the machine itself. */
const PUBLISHED: readonly string[] = ['nginx', 'haproxy', 'outside-world', 'identity'];
/** Images with nothing in them that could ask: Prometheus, or nginx's answer, tells when it is gone. */
const CANNOT_BE_ASKED: readonly string[] = ['nginx-exporter', 'jaeger'];
/** Docker's log files are root's, and nobody else may list them. With no capability root is only their owner: decision 17. */
const ROOT_WITHOUT_RIGHTS: readonly string[] = ['filebeat'];
/** Java programs that unpack a library there and load it. */
const LOADS_FROM_TMP: readonly string[] = ['elasticsearch', 'logstash'];
/** A clean stop of a service may take as long. */
const DRAIN_SECONDS = 30;

const text = (value: unknown): string => JSON.stringify(value ?? '');
const includes = (list: unknown, entry: string): boolean => Array.isArray(list) && list.includes(entry);

/** What every container is held to. A change that breaks a rule must change this list, and say why. */
const RULES: readonly Rule[] = [
  // PostgreSQL's versions have two numbers, everybody else's three.
  {
    says: 'needs an image of an exact version',
    holds: ({ image = '' }) => /^(postgres:\d+\.\d+|\S+:v?\d+\.\d+\.\d+)(-[\w.-]+)?$/.test(image),
  },
  {
    says: 'needs a user by number that is not root',
    holds: ({ user, build }, { name }) =>
      build ? user === undefined : /^[1-9]\d*:[1-9]\d*$/.test(user ?? '') || ROOT_WITHOUT_RIGHTS.includes(name),
  },
  { says: 'needs read_only: true', holds: ({ read_only: readOnly }) => readOnly === true },
  {
    // The rest of it cannot be written to at all.
    says: 'may write into a /tmp that is noexec and nosuid, or into none',
    holds: ({ tmpfs = [] }, { name }) =>
      tmpfs
        .filter((folder) => /^\/tmp(:|$)/.test(folder))
        .every((folder) => folder.startsWith(LOADS_FROM_TMP.includes(name) ? '/tmp:exec,nosuid' : '/tmp:noexec,nosuid')),
  },
  {
    says: 'needs cap_drop: [ALL] and no cap_add',
    holds: (service) => includes(service['cap_drop'], 'ALL') && !service['cap_add'],
  },
  {
    says: 'needs security_opt no-new-privileges',
    holds: (service) => includes(service['security_opt'], 'no-new-privileges:true'),
  },
  { says: 'must not be privileged', holds: (service) => !service['privileged'] },
  { says: 'must not see the engine', holds: ({ volumes }) => !text(volumes).includes('docker.sock') },
  {
    says: "must not use the machine's own namespaces",
    holds: (service) => ![service['network_mode'], service['pid'], service['ipc']].includes('host'),
  },
  {
    says: 'may mount files of the machine for reading only',
    holds: ({ volumes = [] }) => volumes.every((volume) => typeof volume !== 'string' || !/^[./~].*(?<!:ro)$/.test(volume)),
  },
  {
    // A clone's files have the modes of the person who cloned it, and SELinux's labels.
    says: 'may mount nothing of the clone: the step `configuration` lays it into a volume',
    holds: ({ volumes = [] }) => volumes.every((volume) => !/^[.~]/.test(typeof volume === 'string' ? volume : volume.source)),
  },
  {
    says: 'must wait for the step `configuration`, out of whose volume it mounts',
    holds: ({ volumes = [], depends_on: others = {} }, { name }) =>
      name === 'configuration' || !text(volumes).includes('"source":"configuration"') || 'configuration' in others,
  },
  {
    // Engines up to 29.4 want to fill the volume from the image first, and fail where the image has a file of that name: at the
    // first start, when the volume is empty, it works, and after `down` nothing starts any more.
    says: 'must mount a part of a volume with nocopy: true',
    holds: ({ volumes = [] }) =>
      volumes.every((volume) => typeof volume === 'string' || !volume.volume?.subpath || volume.volume.nocopy === true),
  },
  { says: 'needs mem_limit', holds: (service) => Boolean(service['mem_limit']) },
  { says: 'needs cpus', holds: (service) => Boolean(service['cpus']) },
  { says: 'needs pids_limit', holds: (service) => Boolean(service['pids_limit']) },
  { says: 'needs a limit of open files', holds: (service) => text(service['ulimits']).includes('nofile') },
  {
    says: 'needs its command in exec form, and a shell that gives its place to what runs',
    holds: ({ command = [] }, { step }) =>
      Array.isArray(command) && (step || !/^(ba)?sh$/.test(String(command[0])) || /^\s*exec /m.test(String(command.at(-1)))),
  },
  {
    // As process 1 it would not hear of a stop that comes before it listens for signals.
    says: 'runs Node, and needs init: true',
    holds: (service) => service.command?.[0] !== 'node' || service['init'] === true,
  },
  {
    says: 'needs a health check',
    holds: ({ healthcheck }, { name, step }) => step || CANNOT_BE_ASKED.includes(name) || healthcheck !== undefined,
  },
  {
    says: 'needs a condition on everything that it waits for',
    holds: ({ depends_on: others = {} }) =>
      !Array.isArray(others) && Object.values(others).every(({ condition }) => /healthy|completed/.test(condition)),
  },
  {
    says: `needs a stop_grace_period of more than ${DRAIN_SECONDS}s`,
    holds: (service) => Number(/^(\d+)s$/.exec(String(service['stop_grace_period']))?.[1]) > DRAIN_SECONDS,
  },
  {
    says: 'needs a restart policy (and a step an end of it)',
    holds: ({ restart = '' }, { step }) => (step ? /^(no|on-failure:\d)$/.test(restart) : restart === 'unless-stopped'),
  },
  { says: 'needs logs that are rotated', holds: (service) => /max-size.*max-file/.test(text(service['logging'])) },
  { says: 'may publish a port on 127.0.0.1 only', holds: ({ ports = [] }) => ports.every((port) => /^127\.0\.0\.1:/.test(port)) },
  {
    says: 'is not one of those that publish a port',
    holds: ({ ports = [] }, { name }) => ports.length === 0 || PUBLISHED.includes(name),
  },
  {
    says: 'needs its networks by name, or none',
    holds: (service) => (service.networks ?? []).length > 0 || service['network_mode'] === 'none',
  },
  {
    says: 'must not be in the network that ports are published from and in that of the databases and brokers',
    holds: ({ networks = [] }) => !(networks.includes('edge') && networks.includes('data')),
  },
  {
    says: 'is in a network that it has no use for',
    holds: ({ build, networks = [], environment = {} }) =>
      !build ||
      ((!networks.includes('data') || 'DATABASE_HOST' in environment || 'KAFKA_BROKERS' in environment) &&
        (!networks.includes('outside') || 'PROVIDER_URL' in environment || 'SMTP_HOST' in environment)),
  },
  {
    // One whose image is built here has no other user than 1000.
    says: 'must run as the user, or in the group, that its secrets belong to',
    holds: (service, { name }) =>
      !secretsMount(service) ||
      service.build !== undefined ||
      (READ_BY_OWN_GROUP.includes(name) && JSON.stringify(service['group_add']) === '["1000"]') ||
      (READ_BY_GROUP.includes(name) ? new RegExp(`:${SERVERS_GROUP}$`) : /^1000:/).test(service.user ?? ''),
  },
  {
    says: 'must take its secrets from files',
    holds: ({ environment = {} }) =>
      Object.keys(environment).every((name) => !/PASS|SECRET|TOKEN/.test(name) || /_FILE$|_DIR$|^PGPASSFILE$/.test(name)),
  },
];

const INTERNAL = ['app', 'data', 'operations', 'outside-metrics', 'logs'];

/** For the spec: each must have a file that breaks it. */
export const ruleNames: readonly string[] = RULES.map(({ says }) => says);

/** Every rule that a service of the compose file breaks. */
export function containerProblems(file: ComposeFile): string[] {
  const internal = INTERNAL.filter((name) => file.networks?.[name]?.internal !== true);
  return [
    ...Object.entries(file.services).flatMap(([name, service]) =>
      RULES.filter(({ holds }) => !holds(service, { name, step: isStep(name, file) })).map(({ says }) => `${name} ${says}`),
    ),
    ...internal.map((name) => `the network ${name} needs internal: true`),
  ];
}

/** What a Dockerfile calls an image with no file in it. */
const NOTHING = 'scratch';
/** Servers that come with a system of their own. */
const SERVERS: readonly string[] = ['nginx'];

/** The same for the Dockerfile. */
export function dockerfileProblems(dockerfile: string): string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const stages = after('FROM').map((from) => /^(\S+)(?: AS (\S+))?$/.exec(from));
  const names = stages.map((stage) => stage?.[2]);
  const bases = stages.map((stage) => stage?.[1] ?? '').filter((base) => !names.includes(base) && base !== NOTHING);
  /** The image at the bottom of a stage. */
  const groundOf = (base: string): string => {
    const below = stages.find((stage) => stage?.[2] === base)?.[1];
    return below === undefined ? base : groundOf(below);
  };
  const problems: readonly [boolean, string][] = [
    [bases.every((base) => /:\d+\.\d+\.\d+(-[\w.-]+)?$/.test(base)), 'needs base images of an exact version'],
    [stages.length > 1, 'needs several stages: what builds does not belong into what runs'],
    [stagesThatRun(dockerfile).every(hasNumericUser), 'needs a USER by number that is not root in every stage that runs'],
    [
      stagesThatRun(dockerfile).every((stage) => [NOTHING, ...SERVERS].includes(groundOf(stageName(stage)).split(':')[0]!)),
      'needs what runs Node to be made on scratch: no shell and no package manager for who gets in',
    ],
    [/^\[".*"\]$/.test(after('CMD').at(-1) ?? ''), 'needs its CMD in exec form: a shell would not pass SIGTERM on'],
    [after('RUN').every((run) => !run.includes('npm ci') || run.includes('--ignore-scripts')), 'needs npm ci --ignore-scripts'],
    [after('RUN').some((run) => run.includes('npm ci') && run.includes('--omit=dev')), 'needs npm ci --omit=dev for what runs'],
    [
      after('FROM').every((from) => !from.includes('--platform')),
      'must not be bound to a platform: it is built for amd64 and arm64',
    ],
  ];
  return problems.filter(([holds]) => !holds).map(([, problem]) => `Dockerfile ${problem}`);
}

/** A stage is an image when no other stage takes anything from it. */
const stagesThatRun = (dockerfile: string): string[] =>
  dockerfile
    .split(/^(?=FROM )/m)
    .filter((stage) => stage.startsWith('FROM ') && !new RegExp(`(^FROM |--from=)${stageName(stage)}\\s`, 'm').test(dockerfile));

const stageName = (stage: string): string => /^FROM \S+ AS (\S+)/.exec(stage)?.[1] ?? '';

const hasNumericUser = (stage: string) => /^USER [1-9]\d*(:\d+)?$(?![^]*^USER )/m.test(stage);

/** Nothing but what is named reaches a build: a list of what to leave out forgets the next secret. */
export function dockerignoreProblems(dockerignore: string): string[] {
  const rules = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return [
    ...(rules[0] === '**' ? [] : ['.dockerignore needs ** as its first rule: name what a build takes, not what it leaves out']),
    ...(rules.includes('**/.env*') ? [] : ['.dockerignore needs **/.env*: a folder that a build takes may hold one']),
  ];
}
