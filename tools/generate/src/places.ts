/** A service, as far as the files need to know it that nothing derives from the list of services. */
export interface PlacedService {
  readonly name: string;
  /** Of its first replica. The second one has the next. */
  readonly port: number;
  readonly debugPort: number;
  /** Its address: `shipments` of `/api/shipments`. */
  readonly collection: string;
}

/** Some text of a service in a file that reads every service by hand. */
export interface Place {
  readonly file: string;
  /** Taking this text out again takes the service out of this place. */
  readonly text: (service: PlacedService) => string;
  /** What it stands behind: what the file says of notification. All of it, where there is more than one. */
  readonly after: RegExp;
}

// Each file is read as it stands: by Docker, nginx, HAProxy, Prometheus, the compiler, an editor or a person.
// `npm run check` knows the same files (tools/check/src/service-places.ts), and misses a service in each of them.
export const places: readonly Place[] = [
  {
    file: 'libs/contracts/src/contract.ts',
    text: ({ name }) => `, '${name}'`,
    after: /^export const SERVICES = \[[^\]]*'notification'/m,
  },
  {
    file: 'tools/stack/src/service-facts.ts',
    text: ({ name, port, debugPort }) => `  ${name}: { port: ${port}, debugPort: ${debugPort} },\n`,
    after: /^ {2}notification: .*\n/m,
  },
  {
    file: 'tsconfig.json',
    text: ({ name }) => `    {\n      "path": "apps/${name}"\n    },\n`,
    after: /^ {4}\{\n {6}"path": "apps\/notification"\n {4}\},\n/m,
  },
  {
    file: 'docker-compose.yml',
    text: ({ name }) => `  migrate-${name}:
    <<: *step
    image: &${name}-image waybill/${name}:0.1.0
    build: &${name}-build { context: ., args: { PACKAGE: apps/${name} } }
    command: [node, --enable-source-maps, apps/${name}/dist/migrate.js]
    environment:
      <<: [*ours, *database]
      DATABASE_NAME: ${name}
      DATABASE_USER: ${name}_migrator
      DATABASE_PASSWORD_FILE: /run/secrets/${name}_migrator
    volumes:
      - {
          type: volume,
          source: secrets,
          target: /run/secrets,
          read_only: true,
          volume: { subpath: migrate-${name}, nocopy: true },
        }
    networks: [data]
    depends_on: *after-databases

`,
    after: /^ {2}migrate-notification:\n[^]*?\n\n/m,
  },
  {
    file: 'docker-compose.yml',
    text: ({ name, port }) => `  ${name}:
    <<: *service
    image: *${name}-image
    build: *${name}-build
    develop: { watch: [{ action: rebuild, path: apps/${name}/src }, *libs] }
    command: [node, --enable-source-maps, apps/${name}/dist/main.js]
    deploy: { replicas: 2 }
    environment:
      <<: [*ours, *observed, *signed-in, *database, *brokers]
      TUNING: '\${WAYBILL_TUNING:-}'
      HTTP_HOST: 0.0.0.0
      HTTP_PORT: ${port}
      HEALTH_SOCKET: /tmp/health.sock
      DATABASE_NAME: ${name}
      DATABASE_USER: ${name}_app
      DATABASE_PASSWORD_FILE: /run/secrets/${name}_app
      RABBITMQ_USER: ${name}
      RABBITMQ_PASSWORD_FILE: /run/secrets/rabbitmq-${name}
      FEED_KEYS_FILE: /run/secrets/feed-keys-${name}
      KAFKA_USER: ${name}
      KAFKA_PASSWORD_FILE: /run/secrets/kafka-${name}
    volumes:
      - { type: volume, source: secrets, target: /run/secrets, read_only: true, volume: { subpath: ${name}, nocopy: true } }
    networks: [app, data]
    depends_on:
      migrate-${name}: { condition: service_completed_successfully }
      deploy: { condition: service_completed_successfully }
      outside-world: { condition: service_healthy }

`,
    after: /^ {2}notification:\n[^]*?\n\n/m,
  },
  {
    file: 'docker-compose.yml',
    text: ({ name, port }) => `        ${name}=${name}:${port}\n`,
    after: /^ {8}notification=notification:\d+\n/m,
  },
  {
    file: 'docker-compose.yml',
    text: ({ name }) => `      ${name}: { condition: service_healthy }\n`,
    after: /^ {6}notification: \{ condition: service_healthy \}\n/gm,
  },
  {
    file: 'docker-compose.clear.yml',
    text: ({ name }) => `  migrate-${name}: { environment: *clear }\n`,
    after: /^ {2}migrate-notification: .*\n/m,
  },
  {
    file: 'docker-compose.clear.yml',
    text: ({ name }) => `  ${name}: { environment: *service-clear }\n`,
    after: /^ {2}notification: .*\n/m,
  },
  {
    file: 'infra/nginx/container.conf.template',
    text: ({ name, port }) => `upstream ${name} {
  server unix:/run/nginx/${name}-1.sock max_fails=0;
  server unix:/run/nginx/${name}-2.sock max_fails=0;
  keepalive 256;
}
# As without Docker: a replica that fails three times in a second is left alone for one, and a connection is given up before
# the service would close it (after 75 s).
upstream ${name}-replicas {
  zone ${name} 128k;
  least_conn;
  server ${name}:${port} resolve max_fails=3 fail_timeout=1s;
  keepalive 256;
  keepalive_timeout 60s;
}
server {
  listen unix:/run/nginx/${name}-1.sock backlog=4096;
  listen unix:/run/nginx/${name}-2.sock backlog=4096;
  include door.conf;
  location / {
    proxy_ssl_name ${name};
    proxy_pass $inside://${name}-replicas;
  }
}

`,
    after: /^upstream notification \{\n[^]*?proxy_pass \$inside:\/\/notification-replicas;\n {2}\}\n\}\n\n/m,
  },
  {
    file: 'infra/nginx/container.conf.template',
    text: ({ name, port }) => `  location ~ ^/(${name}-\\d+)(/(?:health|operations)/[\\w./-]*|/metrics)$ {
    proxy_ssl_name ${name};
    proxy_pass $inside://\${PROJECT}-$1:${port}$2$is_args$args;
  }

`,
    after: /^ {2}location ~ \^\/\(notification-.*\n[^]*?\n\n/m,
  },
  {
    file: 'infra/haproxy/container.cfg',
    text: ({ name, port }) =>
      ['check', 'no-check']
        .map(
          (check) => `backend ${name}${check === 'check' ? '' : '-unchecked'}
.if strneq("$TLS_DIR",off)
  default-server verifyhost ${name}
.endif
  server-template ${name}- 8 ${name}:${port} ${check} resolvers docker resolve-prefer ipv4 init-addr libc,none

`,
        )
        .join(''),
    after: /^backend notification-unchecked\n[^]*?\n\n/m,
  },
  {
    file: 'infra/prometheus/prometheus.yml',
    text: ({ name, port }) => `  - job_name: ${name}
    scheme: https
    tls_config:
      ca_file: /run/secrets/tls/ca.pem
      cert_file: /run/secrets/tls/key-and-certificate.pem
      key_file: /run/secrets/tls/key-and-certificate.pem
      server_name: ${name}
    dns_sd_configs:
      - { names: [${name}], type: A, port: ${port}, refresh_interval: 5s }
    relabel_configs:
      - { target_label: job, replacement: services }
      - { source_labels: [__meta_dns_name], target_label: service }

`,
    after: /^ {2}- job_name: notification\n[^]*?\n\n/m,
  },
  {
    file: 'infra/prometheus/prometheus-clear.yml',
    text: ({ name, port }) => `  - job_name: ${name}
    dns_sd_configs:
      - names:
          - ${name}
        type: A
        port: ${port}
        refresh_interval: 5s
    relabel_configs:
      - target_label: job
        replacement: services
      - source_labels:
          - __meta_dns_name
        target_label: service
`,
    after: /^ {2}- job_name: notification\n(?: {4}.*\n)*/m,
  },
  {
    file: 'infra/prometheus/rules/alerts.yml',
    text: ({ name }) => `          or absent(service:replicas_up:sum{service="${name}"})\n`,
    after: /^ {10}or absent\(service:replicas_up:sum\{service="notification"\}\)\n/m,
  },
  {
    file: 'infra/prometheus/tests/alerts.test.yml',
    text: ({ name }) => `      - { series: 'up{job="services",service="${name}",instance="${name}-1"}', values: '1x24' }\n`,
    after: /^ {6}- \{ series: 'up\{job="services",service="order",instance="order-1"\}', values: '1x24' \}\n/m,
  },
  {
    file: '.env.example',
    text: ({ name, port }) =>
      [1, 2].map((replica) => `WAYBILL_PORT_${name.toUpperCase()}_${replica}_HTTP=${port + replica - 1}\n`).join(''),
    after: /^WAYBILL_PORT_NOTIFICATION_2_HTTP=.*\n/m,
  },
  {
    file: '.vscode/launch.json',
    text: ({ name, debugPort }) => `    {
      "name": "Attach to ${name}",
      "type": "node",
      "request": "attach",
      "port": ${debugPort},
      "restart": true,
      "skipFiles": ["<node_internals>/**", "**/node_modules/**"],
      "preLaunchTask": "dev ${name}"
    },
`,
    after: /^ {6}"preLaunchTask": "dev notification"\n {4}\},\n/m,
  },
  {
    file: '.vscode/tasks.json',
    text: ({ name }) => `    {
      "label": "dev ${name}",
      "type": "shell",
      "command": "npm run stack -- dev ${name}",
      "isBackground": true,
      "dependsOn": "stack up",
      "problemMatcher": {
        "pattern": { "regexp": "^$" },
        "background": { "activeOnStart": true, "beginsPattern": "now runs from", "endsPattern": "Debugger listening on" }
      }
    },
`,
    after: /^ {6}"label": "dev notification",\n[^]*?^ {4}\},\n/m,
  },
  {
    file: 'infra/nginx/public.conf',
    text: ({ name, collection }) => `location = /api/${collection} { proxy_pass $to_service://${name}; }\n`,
    after: /^location = \/api\/notifications .*\n/m,
  },
  {
    file: 'infra/nginx/public.conf',
    text: ({ collection }) => `|${collection}`,
    after: /\(\?<waybill_bare>[^)]*\|notifications/,
  },
  {
    file: 'infra/nginx/nginx.conf',
    text: ({ collection }) => `|${collection}`,
    after: /"~\^\/api\/.*\|notifications/,
  },
  {
    file: 'infra/haproxy/haproxy.cfg',
    text: ({ collection }) => ` /api/${collection}`,
    after: /^ {2}acl reads path .*\/api\/notifications/m,
  },
  {
    file: 'infra/haproxy/haproxy.cfg',
    text: ({ collection }) => ` /api/${collection}/`,
    after: /^ {2}http-request set-var\(txn\.bare\) .*\/api\/notifications\//m,
  },
  {
    file: 'infra/haproxy/haproxy.cfg',
    text: ({ name, collection }) => `  http-request set-var(txn.service) str(${name}) if { path /api/${collection} }\n`,
    after: /^ {2}http-request set-var\(txn\.service\) str\(notification\) .*\n/m,
  },
  {
    file: 'docs/requests.http',
    text: ({ collection }) => `### Its ${collection}, for support and programs
GET {{origin}}/api/${collection}?orderId={{order}}
Authorization: Bearer {{token}}

`,
    after: /^GET \{\{origin\}\}\/api\/notifications.*\n[^]*?\n\n/m,
  },
  {
    file: 'README.md',
    text: ({ name }) => `, [\`${name}\`](apps/${name}/src)`,
    after: /\[`notification`\]\(apps\/notification\/src\)/,
  },
  {
    file: 'README.zh-CN.md',
    text: ({ name }) => `、[\`${name}\`](apps/${name}/src)`,
    after: /\[`notification`\]\(apps\/notification\/src\)/,
  },
];

/** What ends a text within a line: `|ship` does not stand in `|shipments`. */
const END = String.raw`(?![\w/])`;
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const patternOf = (text: string) => new RegExp(escaped(text) + (text.endsWith('\n') ? '' : END), 'g');

/** Puts the service into one place, unless it stands there. @throws when the file no longer says anything of notification there. */
export function put(text: string, place: Place, service: PlacedService): string {
  const added = place.text(service);
  if (patternOf(added).test(text)) return text;
  const changed = text.replace(place.after, (found) => found + added);
  if (changed === text)
    throw new Error(
      `${place.file} has no place for ${service.name}: it goes behind what matches ${place.after}, which is not there any more.`,
    );
  return changed;
}

/** Takes the service out of one place. Undefined: it does not stand there as it was put there. */
export function take(text: string, place: Place, service: PlacedService): string | undefined {
  const changed = text.replace(patternOf(place.text(service)), '');
  return changed === text ? undefined : changed;
}
