import { SERVICES } from '@waybill/contracts';
import { BELIEVERS, parties, PROBE, recipients, TLS_FOLDER } from '@waybill/deploy';
import { CLIENT_REQUESTS_PER_SECOND, environmentOf, factsOf, portKey, PROMETHEUS_FLAGS, topology } from '@waybill/stack';
import type { StackFacts } from './compose-drift.ts';
import { routesIn, type ListedService } from './service-places.ts';

/** What compose fills in by itself. */
export const PROJECT = { COMPOSE_PROJECT_NAME: 'waybill' };

/** It is no container: the native stack asks by it. */
const NO_CONTAINER: readonly string[] = [PROBE];
/** Who is given a folder with what TLS needs, beside the secrets. */
const tlsFolders = [...BELIEVERS, ...Object.keys(parties([]))].filter((name) => !NO_CONTAINER.includes(name));

/** In containers each part is a host with its own name. All replicas have the same port; secrets and data have one place. */
export const factsOfContainers = (settings: Readonly<Record<string, string>>): StackFacts => ({
  topology,
  recipients: Object.fromEntries(
    [...new Set([...Object.keys(recipients), ...tlsFolders])].map((name) => [
      name,
      [...(recipients[name] ?? []), ...(tlsFolders.includes(name) ? [TLS_FOLDER] : [])],
    ]),
  ),
  environmentOf: (unit) =>
    environmentOf(unit, {
      instance: { name: PROJECT.COMPOSE_PROJECT_NAME, dir: '/var/lib/waybill' },
      ports: Object.fromEntries(
        Object.entries(topology).flatMap(([name, { ports }]) =>
          Object.entries(ports).map(([port, number]) => [portKey(name, port), number]),
        ),
      ),
      secrets: { file: (name) => `/run/secrets/${name}`, dir: '/run/secrets' },
      settings,
      addresses: { of: (part) => part, listenOn: '0.0.0.0' },
    }),
});

/** Everything that may be set of a service, as a person would: each must arrive. */
export const everySetting: Readonly<Record<string, string>> = {
  WAYBILL_LOG_LEVEL: 'debug',
  WAYBILL_TUNING: '{"prefetch":10}',
  WAYBILL_FORWARD_TRACES_URL: 'http://127.0.0.1:4318/v1/traces',
  WAYBILL_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
  WAYBILL_TRACES_PER_SECOND: '7',
  WAYBILL_BREAK_IT: 'on',
  ...Object.fromEntries(
    SERVICES.flatMap((service) => Object.keys(factsOf(service).settings ?? {})).map((setting) => [setting, '60000']),
  ),
};

/** The services, as the files name them that cannot be derived from the list. */
export const listedServices = (apiDocument: string): ListedService[] => {
  const routes = routesIn(apiDocument);
  return SERVICES.map((name) => ({ ...factsOf(name), name, routes: routes.get(name) ?? [] }));
};

/** What runs in containers alone has its port nowhere else. */
const GRAFANA = 28193;
const KIBANA = 5601;
const ELASTICSEARCH = 9200;
const LOGSTASH = 5044;
/** Jaeger's own: its page, and where it takes OTLP over HTTP. */
const JAEGER = 16686;
const JAEGER_OTLP = 4318;

const { postgres, rabbitmq, kafka, nginx, haproxy, prometheus } = topology;
const {
  'outside-world': outsideWorld,
  identity,
  'postgres-exporter': postgresExporter,
  'nginx-exporter': nginxExporter,
} = topology;

/** Where a port stands in a file that cannot be computed: the file, and the text that must be in it. */
export const portsInFiles: readonly (readonly [file: string, text: string])[] = [
  ['docker-compose.yml', `PGPORT: ${postgres.ports.sql}`],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_NGINX_EDGE:-${nginx.ports.edge}}:${nginx.ports.edge}'`],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_NGINX_OPERATIONS:-${nginx.ports.operations}}:${nginx.ports.operations}'`],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_HAPROXY_EDGE:-${haproxy.ports.edge}}:${haproxy.ports.edge}'`],
  [
    'docker-compose.yml',
    `'127.0.0.1:\${WAYBILL_PORT_HAPROXY_OPERATIONS:-${haproxy.ports.operations}}:${haproxy.ports.operations}'`,
  ],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_NGINX_HTTPS:-${nginx.ports.https}}:${nginx.ports.https}'`],
  [
    'docker-compose.yml',
    `'127.0.0.1:\${WAYBILL_PORT_NGINX_OPERATIONS_HTTPS:-${nginx.ports['operations-https']}}:${nginx.ports['operations-https']}'`,
  ],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_HAPROXY_HTTPS:-${haproxy.ports.https}}:${haproxy.ports.https}'`],
  [
    'docker-compose.yml',
    `'127.0.0.1:\${WAYBILL_PORT_HAPROXY_OPERATIONS_HTTPS:-${haproxy.ports['operations-https']}}:${haproxy.ports['operations-https']}'`,
  ],
  ['infra/nginx/https-8443.conf', `listen ${nginx.ports.https} ssl`],
  ['infra/nginx/https-8444.conf', `listen ${nginx.ports['operations-https']} ssl`],
  ['docker-compose.yml', `EDGE_HTTPS: '*:${haproxy.ports.https}'`],
  ['docker-compose.yml', `OPERATIONS_HTTPS: '*:${haproxy.ports['operations-https']}'`],
  ['docker-compose.yml', `EDGE: '*:${haproxy.ports.edge}'`],
  ['docker-compose.yml', `OPERATIONS: '*:${haproxy.ports.operations}'`],
  ['docker-compose.yml', `CLIENT_REQUESTS_PER_SECOND: \${WAYBILL_CLIENT_REQUESTS_PER_SECOND:-${CLIENT_REQUESTS_PER_SECOND}}`],
  ['docker-compose.yml', `'127.0.0.1:\${WAYBILL_PORT_IDENTITY_HTTP:-${identity.ports.http}}:${identity.ports.http}'`],
  ['tools/containers/reachable.yml', `'127.0.0.1::${outsideWorld.ports.http}'`],
  ['infra/rabbitmq/rabbitmq-tls.conf', `listeners.ssl.default = ${rabbitmq.ports.amqp}`],
  ['infra/rabbitmq/rabbitmq-clear.conf', `listeners.tcp.default = ${rabbitmq.ports.amqp}`],
  ['infra/rabbitmq/rabbitmq-tls.conf', `management.ssl.port = ${rabbitmq.ports.management}`],
  ['infra/rabbitmq/rabbitmq-clear.conf', `management.tcp.port = ${rabbitmq.ports.management}`],
  ['infra/rabbitmq/rabbitmq-tls.conf', `prometheus.ssl.port = ${rabbitmq.ports.metrics}`],
  ['infra/rabbitmq/rabbitmq-clear.conf', `prometheus.tcp.port = ${rabbitmq.ports.metrics}`],
  ['infra/kafka/container.properties', `advertised.listeners=CLIENTS://kafka:${kafka.ports.kafka}`],
  ['infra/kafka/container.properties', `controller.quorum.voters=1@127.0.0.1:${kafka.ports.controller}`],
  ['docker-compose.yml', `--web.listen-address=:${prometheus.ports.http}`],
  ['docker-compose.yml', `--web.listen-address=:${postgresExporter.ports.metrics}`],
  ['docker-compose.yml', `--web.listen-address=:${nginxExporter.ports.metrics}`],
  ['docker-compose.yml', `--nginx.scrape-uri=https://nginx:${nginx.ports['operations-https']}/stub_status`],
  ['docker-compose.clear.yml', `--nginx.scrape-uri=http://nginx:${nginx.ports.operations}/stub_status`],
  ...PROMETHEUS_FLAGS.map((flag) => ['docker-compose.yml', flag] as const),
  ['infra/nginx/container.conf.template', `set $prometheus $inside://prometheus:${prometheus.ports.http};`],
  ['infra/nginx/container.conf.template', `set $rabbitmq $inside://rabbitmq:${rabbitmq.ports.management};`],
  ['infra/nginx/container.conf.template', `set $console $inside://console:${topology.console.ports.http};`],
  ['infra/nginx/container.conf.template', `listen ${nginx.ports.edge} `],
  ['infra/nginx/container.conf.template', `listen ${nginx.ports.operations};`],
  ...(['tls', 'clear'] as const).map(
    (how) =>
      [
        `infra/grafana/provisioning/datasources-${how}/prometheus.yml`,
        `url: ${how === 'tls' ? 'https' : 'http'}://prometheus:${prometheus.ports.http}/prometheus`,
      ] as const,
  ),
  ['infra/haproxy/container.cfg', `nginx:${nginx.ports.edge} no-check`],
  ['infra/haproxy/container.cfg', `nginx:${nginx.ports.https} no-check`],
  ['infra/grafana/grafana.ini', `http_port = ${GRAFANA}`],
  ['infra/nginx/container.conf.template', `set $grafana http://grafana:${GRAFANA};`],
  ['docker-compose.yml', `http://127.0.0.1:${GRAFANA}/grafana/api/health`],
  ['infra/elk/kibana/kibana.yml', `server.port: ${KIBANA}`],
  ['infra/nginx/container.conf.template', `proxy_pass http://$kibana:${KIBANA};`],
  ['docker-compose.yml', `http://127.0.0.1:${KIBANA}/kibana/api/status`],
  ['docker-compose.yml', `KIBANA_URL: http://kibana:${KIBANA}/kibana`],
  ['infra/elk/elasticsearch/container.yml', `http.port: ${ELASTICSEARCH}`],
  ['infra/elk/kibana/kibana.yml', `elasticsearch.hosts: ['http://elasticsearch:${ELASTICSEARCH}']`],
  ['infra/elk/logstash/pipeline.conf', `hosts => ["http://elasticsearch:${ELASTICSEARCH}"]`],
  ['docker-compose.yml', `http://127.0.0.1:${ELASTICSEARCH}/_cluster/health`],
  ['docker-compose.yml', `ELASTICSEARCH_URL: http://elasticsearch:${ELASTICSEARCH}`],
  ['infra/nginx/container.conf.template', `set $jaeger http://jaeger:${JAEGER};`],
  ['docker-compose.yml', `http://jaeger:${JAEGER_OTLP}/v1/traces`],
  ['infra/elk/logstash/pipeline.conf', `port => ${LOGSTASH}`],
  ['infra/elk/filebeat/filebeat.yml', `logstash:${LOGSTASH}`],
];
