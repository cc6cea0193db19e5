import { describe, expect, it } from '@jest/globals';
import { readComposeFile } from './compose-file.ts';
import { containerProblems, dockerfileProblems, dockerignoreProblems, ruleNames } from './container-rules.ts';

const compose = `
services:
  step:
    restart: 'no'
    image: ours/step:0.1.0
    build: .
    command: [node, step.js]
    init: true
    read_only: true
    tmpfs: ['/tmp:noexec,nosuid']
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:true']
    mem_limit: 1m
    cpus: 1
    pids_limit: 9
    ulimits: { nofile: 9 }
    stop_grace_period: 40s
    logging: { driver: json-file, options: { max-size: 1m, max-file: '3' } }
    network_mode: none
  nginx:
    restart: unless-stopped
    image: nginx:1.30.6
    user: '101:101'
    command: [nginx]
    read_only: true
    tmpfs: ['/tmp:noexec,nosuid']
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:true']
    mem_limit: 1m
    cpus: 1
    pids_limit: 9
    ulimits: { nofile: 9 }
    stop_grace_period: 40s
    logging: { driver: json-file, options: { max-size: 1m, max-file: '3' } }
    networks: [edge, app]
    ports: ['127.0.0.1:8080:8080']
    environment: { DB_PASSWORD_FILE: /run/secrets/db }
    volumes: ['data:/data', '/etc/hosts:/hosts:ro']
    healthcheck: { test: [CMD, ask] }
    depends_on: { step: { condition: service_completed_successfully } }
networks: { app: { internal: true }, data: { internal: true }, operations: { internal: true }, outside-metrics: { internal: true }, logs: { internal: true } }
`;
const problemsOf = (text: string) => containerProblems(readComposeFile(text));

/** What is right, what is made of it, and the end of the problem that this is. */
const broken: readonly (readonly [right: string, wrong: string, problem: string])[] = [
  ['nginx:1.30.6', 'nginx:latest', 'needs an image of an exact version'],
  ['nginx:1.30.6', 'nginx:1.30', 'needs an image of an exact version'],
  ["user: '101:101'", "user: '0:0'", 'needs a user by number that is not root'],
  ["user: '101:101'", 'user: nginx', 'needs a user by number that is not root'],
  ['build: .', "build: .\n    user: '0:0'", 'needs a user by number that is not root'],
  ['read_only: true', 'read_only: false', 'needs read_only: true'],
  ['/tmp:noexec,nosuid', '/tmp', 'may write into a /tmp that is noexec and nosuid, or into none'],
  ['/tmp:noexec,nosuid', '/tmp:exec,nosuid', 'may write into a /tmp that is noexec and nosuid, or into none'],
  ['cap_drop: [ALL]', 'cap_drop: []', 'needs cap_drop: [ALL] and no cap_add'],
  ['cap_drop: [ALL]', 'cap_drop: [ALL]\n    cap_add: [CHOWN]', 'needs cap_drop: [ALL] and no cap_add'],
  ['no-new-privileges:true', 'no-new-privileges:false', 'needs security_opt no-new-privileges'],
  ['cpus: 1', 'cpus: 1\n    privileged: true', 'must not be privileged'],
  ['data:/data', '/var/run/docker.sock:/var/run/docker.sock:ro', 'must not see the engine'],
  ['network_mode: none', 'network_mode: host', "must not use the machine's own namespaces"],
  ['cpus: 1', 'cpus: 1\n    pid: host', "must not use the machine's own namespaces"],
  ['cpus: 1', 'cpus: 1\n    ipc: host', "must not use the machine's own namespaces"],
  ['hosts:ro', 'hosts', 'may mount files of the machine for reading only'],
  ['/etc/hosts:', './nginx.conf:', 'may mount nothing of the clone: the step `configuration` lays it into a volume'],
  [
    "'data:/data'",
    '{ type: volume, source: configuration, target: /etc/nginx }',
    'must wait for the step `configuration`, out of whose volume it mounts',
  ],
  [
    "'data:/data'",
    '{ type: volume, source: data, target: /data, volume: { subpath: nginx } }',
    'must mount a part of a volume with nocopy: true',
  ],
  ['mem_limit: 1m', '', 'needs mem_limit'],
  ['cpus: 1', '', 'needs cpus'],
  ['pids_limit: 9', '', 'needs pids_limit'],
  ['nofile: 9', 'nproc: 9', 'needs a limit of open files'],
  ['command: [nginx]', 'command: nginx', 'needs its command in exec form, and a shell that gives its place to what runs'],
  [
    'command: [nginx]',
    'command: [sh, -c, prepare; nginx]',
    'needs its command in exec form, and a shell that gives its place to what runs',
  ],
  ['init: true', '', 'runs Node, and needs init: true'],
  ['healthcheck:', 'health:', 'needs a health check'],
  [
    'depends_on: { step: { condition: service_completed_successfully } }',
    'depends_on: [step]',
    'needs a condition on everything that it waits for',
  ],
  ['service_completed_successfully', 'service_started', 'needs a condition on everything that it waits for'],
  ['stop_grace_period: 40s', 'stop_grace_period: 10s', 'needs a stop_grace_period of more than 30s'],
  ['restart: unless-stopped', "restart: 'no'", 'needs a restart policy (and a step an end of it)'],
  ["restart: 'no'", 'restart: on-failure', 'needs a restart policy (and a step an end of it)'],
  ["restart: 'no'", 'restart: unless-stopped', 'needs a restart policy (and a step an end of it)'],
  ['max-size: 1m,', '', 'needs logs that are rotated'],
  ['127.0.0.1:8080:8080', '8080:8080', 'may publish a port on 127.0.0.1 only'],
  ['network_mode: none', "networks: [app]\n    ports: ['127.0.0.1:1:1']", 'is not one of those that publish a port'],
  ['networks: [edge, app]\n', 'labels: {}\n', 'needs its networks by name, or none'],
  [
    'networks: [edge, app]',
    'networks: [edge, data]',
    'must not be in the network that ports are published from and in that of the databases and brokers',
  ],
  ['network_mode: none', 'networks: [data]', 'is in a network that it has no use for'],
  ['network_mode: none', 'networks: [outside]', 'is in a network that it has no use for'],
  [
    "'data:/data'",
    '{ type: volume, source: secrets, target: /run/secrets, volume: { subpath: nginx, nocopy: true } }',
    'must run as the user, or in the group, that its secrets belong to',
  ],
  ['DB_PASSWORD_FILE', 'DB_PASSWORD', 'must take its secrets from files'],
  ['data: { internal: true }', 'data: {}', 'the network data needs internal: true'],
  ['logs: { internal: true }', 'logs: {}', 'the network logs needs internal: true'],
  ['outside-metrics: { internal: true }', 'outside-metrics: {}', 'the network outside-metrics needs internal: true'],
];

describe('a container', () => {
  it('that keeps every rule is accepted', () => {
    expect(problemsOf(compose)).toEqual([]);
  });

  it('may be root where it is named with its reason, if it has no capability even so', () => {
    const root = compose
      .replace("user: '101:101'", "user: '0:0'")
      .replace('  nginx:\n', '  filebeat:\n')
      .replace(/ {4}ports:.*\n/, '');
    expect(problemsOf(root)).toEqual([]);
    expect(problemsOf(root.replaceAll('cap_drop: [ALL]', 'cap_drop: [CHOWN]')).join('\n')).toContain(
      'filebeat needs cap_drop: [ALL]',
    );
  });

  it('may begin with a shell that gives its place to what runs', () => {
    expect(problemsOf(compose.replace('command: [nginx]', 'command: [sh, -c, "prepare\\nexec nginx"]'))).toEqual([]);
  });

  it.each(broken)('is refused with %j made %j', (right, wrong, problem) => {
    expect(compose).toContain(right);
    expect(problemsOf(compose.replace(right, wrong))).toContainEqual(expect.stringMatching(new RegExp(`${escaped(problem)}$`)));
  });

  it('is held to no rule that nothing here breaks', () => {
    expect(ruleNames.filter((name) => !broken.some(([, , problem]) => problem === name))).toEqual([]);
  });
});

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const dockerfile = `FROM node:24.21.0-bookworm-slim AS node
FROM node AS build
RUN --mount=type=cache,target=/root/.npm \\
    npm ci --ignore-scripts --omit=dev
FROM nginx:1.30.6 AS edge
COPY --from=build /page /page
USER 101:101
FROM scratch AS runtime
COPY --from=build /node /node
FROM runtime AS image
USER 1000:1000
CMD ["node", "main.js"]
`;

describe('the Dockerfile', () => {
  it('that keeps every rule is accepted', () => {
    expect(dockerfileProblems(dockerfile)).toEqual([]);
  });

  it.each([
    ['node:24.21.0-bookworm-slim', 'node:24', 'base images of an exact version'],
    ['USER 1000:1000', 'USER node', 'a USER by number'],
    ['USER 1000:1000', 'USER 0', 'a USER by number'],
    ['USER 101:101\n', '', 'a USER by number'],
    ['CMD ["node", "main.js"]', 'CMD node main.js', 'exec form'],
    ['FROM runtime AS image', 'FROM node AS image', 'to be made on scratch'],
    ['--ignore-scripts', '', '--ignore-scripts'],
    ['--omit=dev', '', '--omit=dev'],
    ['FROM node:', 'FROM --platform=linux/amd64 node:', 'must not be bound to a platform'],
  ])('is refused with %j made %j', (right, wrong, problem) => {
    expect(dockerfileProblems(dockerfile.replace(right, wrong)).join('\n')).toContain(problem);
  });

  it('is refused with a single stage', () => {
    const [first, ...others] = dockerfile.split(/^FROM .*\n/m).slice(1);
    const single = `FROM node:24.21.0-bookworm-slim\n${first}${others.join('')}`;
    expect(dockerfileProblems(single).join('\n')).toMatch(/needs several stages[^]*made on scratch/);
  });
});

describe('what reaches a build', () => {
  it('is named, and everything else left out', () => {
    expect(dockerignoreProblems('# why\n**\n!apps\n**/.env*\n')).toEqual([]);
    expect(dockerignoreProblems('node_modules\n**/.env*\n')).toEqual([expect.stringContaining('needs ** as its first rule')]);
    expect(dockerignoreProblems('**\n!apps\n')).toEqual([expect.stringContaining('needs **/.env*')]);
  });
});
