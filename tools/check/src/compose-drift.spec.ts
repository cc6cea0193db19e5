import { describe, expect, it } from '@jest/globals';
import { composeDrift, missingTexts, type StackFacts } from './compose-drift.ts';
import { readComposeFile } from './compose-file.ts';

const facts: StackFacts = {
  topology: {
    postgres: { runs: 'postgres', ports: { sql: 1 }, after: [] },
    'migrate-order': { runs: 'step', ports: {}, after: ['postgres'], script: 'migrate.js' },
    order: { runs: 'app', ports: { http: 2 }, replicas: 2, after: ['postgres', 'migrate-order'], script: 'main.js' },
    kiosk: { runs: 'haproxy', ports: {}, after: ['order'], profile: 'kiosk' },
  },
  environmentOf: ({ partName }) => ({
    REPLICA: 'order-1',
    ...(partName === 'order' && { PASSWORD_FILE: '/run/secrets/order_app' }),
  }),
  recipients: { order: ['order_app'] },
};

const compose = `
services:
  secrets: {}
  postgres: { depends_on: { secrets: { condition: service_completed_successfully } } }
  migrate-order: { command: [node, migrate.js], depends_on: { postgres: { condition: service_healthy } } }
  order:
    command: [node, main.js]
    deploy: { replicas: 2 }
    environment: { PASSWORD_FILE: /run/secrets/order_app, DEADLINE_MS: "\${WAYBILL_DEADLINE_MS:-}" }
    healthcheck: { test: [CMD, ask, /health/ready] }
    volumes: [{ type: volume, source: secrets, target: /run/secrets, read_only: true, volume: { subpath: order } }]
    depends_on: { postgres: { condition: service_healthy }, migrate-order: { condition: service_completed_successfully } }
  kiosk: { profiles: [kiosk], depends_on: { order: { condition: service_healthy } } }
`;

const driftOf = (text: string, settings = {}) => composeDrift(readComposeFile(text, settings), facts);

describe('the compose file', () => {
  it('says what the native stack says', () => {
    expect(driftOf(compose)).toEqual([]);
  });

  it.each([
    ['replicas: 2', 'replicas: 3', 'order: has 3 replicas, the topology 2'],
    ['migrate-order:', 'migrate-orders:', 'the topology has migrate-order, which is not in docker-compose.yml'],
    ['  secrets: {}', '  cache: {}', 'docker-compose.yml has cache, which is not in tools/stack/src/topology.ts'],
    ['profiles: [kiosk], ', '', 'kiosk: belongs to no profile, in the topology to the profile kiosk'],
    ['profiles: [kiosk]', 'profiles: [stand]', 'kiosk: belongs to the profile stand, in the topology to the profile kiosk'],
    ['  order:\n', '  order:\n    profiles: [shop]\n', 'order: belongs to the profile shop, in the topology to no profile'],
    ['main.js', 'other.js', 'order: does not run main.js'],
    ['/health/ready', '/health/live', 'order: its health check does not ask /health/ready'],
    ['PASSWORD_FILE:', 'PASS_FILE:', "order: PASSWORD_FILE is not set, the native stack's is /run/secrets/order_app"],
    ['/run/secrets/order_app', '/run/secrets/other', 'order: names the secret other, which it is not given'],
    ['subpath: order', 'subpath: all', 'order: mounts the secrets of all'],
    ['read_only: true', 'read_only: false', 'order: may write its secrets'],
    ['target: /run/secrets', 'target: /other', 'order: has secrets and does not mount them'],
    ['depends_on: { postgres: { condition: service_healthy }, ', 'depends_on: { ', 'order: does not wait for postgres'],
    [
      '{ postgres: { condition: service_healthy }, ',
      '{ postgres: { condition: service_started }, ',
      'order: does not wait until postgres is ready or done',
    ],
    [
      'depends_on: { secrets',
      'depends_on: { migrate-order: { condition: service_completed_successfully }, secrets',
      'postgres: waits for migrate-order, which the topology does not ask',
    ],
  ])('is refused with %j made %j', (right, wrong, problem) => {
    expect(compose).toContain(right);
    expect(driftOf(compose.replace(right, wrong))).toContain(problem);
  });

  it('may have more in a profile of what exists in containers alone', () => {
    for (const profile of ['elk', 'traces']) expect(driftOf(`${compose}  kibana: { profiles: [${profile}] }\n`)).toEqual([]);
    expect(driftOf(`${compose}  kibana: { profiles: [other] }\n`)).toHaveLength(1);
  });

  it('hands on what a person sets, and only then', () => {
    const given = driftOf(compose, { WAYBILL_DEADLINE_MS: '5' });
    expect(given).toEqual(["order: DEADLINE_MS is 5, the native stack's is not set"]);
  });
});

describe('a file with a port', () => {
  it("has the topology's", () => {
    const files = [{ path: 'nginx.conf', text: 'listen 8080;' }];
    expect(missingTexts(files, [['nginx.conf', 'listen 8080;']])).toEqual([]);
    expect(missingTexts(files, [['nginx.conf', 'listen 8081;']])).toEqual([
      'nginx.conf lacks `listen 8081;`, which the topology asks',
    ]);
    expect(missingTexts(files, [['other.conf', 'listen 8080;']])).toHaveLength(1);
  });
});
