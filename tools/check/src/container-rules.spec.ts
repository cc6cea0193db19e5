import { describe, expect, it } from '@jest/globals';
import { readComposeFile } from './compose-file.ts';
import { containerProblems, dockerfileProblems, dockerignoreProblems } from './container-rules.ts';

const compose = `
services:
  step:
    restart: 'no'
    image: ours/step:0.1.0
    build: .
    read_only: true
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
    read_only: true
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:true']
    mem_limit: 1m
    cpus: 1
    pids_limit: 9
    ulimits: { nofile: 9 }
    stop_grace_period: 40s
    logging: { driver: json-file, options: { max-size: 1m, max-file: '3' } }
    networks: [app]
    ports: ['127.0.0.1:8080:8080']
    environment: { DB_PASSWORD_FILE: /run/secrets/db }
    volumes: ['data:/data']
    healthcheck: { test: [CMD, ask] }
    depends_on: { step: { condition: service_completed_successfully } }
networks: { app: { internal: true }, data: { internal: true }, operations: { internal: true }, logs: { internal: true } }
`;
const problemsOf = (text: string) => containerProblems(readComposeFile(text));

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

  it.each([
    ['nginx:1.30.6', 'nginx:latest', 'an image of an exact version'],
    ["user: '101:101'", "user: '0:0'", 'a user by number that is not root'],
    ["user: '101:101'", 'user: nginx', 'a user by number that is not root'],
    ['read_only: true', 'read_only: false', 'read_only: true'],
    ['cap_drop: [ALL]', 'cap_drop: []', 'cap_drop: [ALL] and no cap_add'],
    ['cap_drop: [ALL]', 'cap_drop: [ALL]\n    cap_add: [CHOWN]', 'cap_drop: [ALL] and no cap_add'],
    ['no-new-privileges:true', 'no-new-privileges:false', 'security_opt no-new-privileges'],
    ['cpus: 1', 'cpus: 1\n    privileged: true', 'must not be privileged'],
    ['data:/data', '/var/run/docker.sock:/var/run/docker.sock', 'must not see the engine'],
    ['network_mode: none', 'network_mode: host', "must not use the machine's own namespaces"],
    ['pids_limit: 9', '', 'needs mem_limit, cpus, pids_limit'],
    ['nofile: 9', 'nproc: 9', 'a limit of open files'],
    ['healthcheck:', 'health:', 'needs a health check'],
    [
      'depends_on: { step: { condition: service_completed_successfully } }',
      'depends_on: [step]',
      'needs a condition on everything',
    ],
    ['stop_grace_period: 40s', 'stop_grace_period: 10s', 'needs a stop_grace_period'],
    ['restart: unless-stopped', "restart: 'no'", 'needs a restart policy'],
    ['max-size: 1m,', '', 'needs logs that are rotated'],
    ['127.0.0.1:8080:8080', '8080:8080', 'may publish a port on 127.0.0.1 only'],
    ['network_mode: none', "networks: [app]\n    ports: ['127.0.0.1:1:1']", 'is not one of those that publish a port'],
    ['networks: [app]\n', 'labels: {}\n', 'needs its networks by name'],
    ['DB_PASSWORD_FILE', 'DB_PASSWORD', 'must take its secrets from files'],
    ['data: { internal: true }', 'data: {}', 'the network data needs internal: true'],
    ['logs: { internal: true }', 'logs: {}', 'the network logs needs internal: true'],
  ])('is refused with %j made %j', (right, wrong, problem) => {
    expect(compose).toContain(right);
    expect(problemsOf(compose.replace(right, wrong)).join('\n')).toContain(problem);
  });
});

const dockerfile = `FROM node:24.21.0-bookworm-slim AS node
FROM node AS build
RUN --mount=type=cache,target=/root/.npm \\
    npm ci --ignore-scripts --omit=dev
FROM nginx:1.30.6 AS edge
COPY --from=build /page /page
USER 101:101
FROM node AS image
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
    ['--ignore-scripts', '', '--ignore-scripts'],
    ['--omit=dev', '', '--omit=dev'],
  ])('is refused with %j made %j', (right, wrong, problem) => {
    expect(dockerfileProblems(dockerfile.replace(right, wrong)).join('\n')).toContain(problem);
  });
});

describe('what reaches a build', () => {
  it('is named, and everything else left out', () => {
    expect(dockerignoreProblems('# why\n**\n!apps\n')).toEqual([]);
    expect(dockerignoreProblems('node_modules\n**/.env\n')).toEqual([expect.stringContaining('needs **')]);
  });
});
