import type { SourceFile } from './check.ts';

/** A service of `libs/contracts`, as far as files name it that nothing derives from the list. */
export interface ListedService {
  readonly name: string;
  /** Of its first replica, in containers of every replica. */
  readonly port: number;
  readonly debugPort: number;
  /** Its addresses in the API's document: `/api/payments`. */
  readonly routes: readonly string[];
}

/** A file, the text that must stand in it for each service, and what goes wrong where it does not. */
type Place = readonly [file: string, text: string, otherwise: string];

/** `{service}`, `{SERVICE}`, `{port}`, `{secondPort}` and `{debugPort}` stand for those of each service. */
const PLACES: readonly Place[] = [
  ['apps/{service}/src/main.ts', '', 'the stack has nothing to start'],
  ['apps/{service}/src/migrate.ts', '', 'its database has no tables'],
  ['apps/{service}/src/describe.ts', '', "the API's document cannot be made"],
  ['tsconfig.json', '"path": "apps/{service}"', 'its types are not checked'],
  ['docker-compose.yml', 'apps/{service}/dist/migrate.js', 'in containers its database has no tables'],
  ['docker-compose.yml', 'apps/{service}/dist/main.js', 'containers run without it'],
  ['docker-compose.clear.yml', 'migrate-{service}: { environment', 'it speaks TLS where the others do not'],
  ['infra/nginx/container.conf.template', 'upstream {service} {', 'in containers nginx does not know it'],
  ['infra/nginx/container.conf.template', 'server {service}:{port} resolve', 'in containers nginx finds no replica'],
  [
    'infra/nginx/container.conf.template',
    '({service}-\\d+)(/(?:health|operations)/[\\w./-]*|/metrics)$ {\n    proxy_ssl_name {service};\n    proxy_pass $inside://${PROJECT}-$1:{port}$2',
    'its /health and /metrics cannot be read',
  ],
  [
    'infra/haproxy/container.cfg',
    'server-template {service}- 8 {service}:{port} check',
    'in containers HAProxy finds no replica',
  ],
  [
    'infra/haproxy/container.cfg',
    'server-template {service}- 8 {service}:{port} no-check',
    'HAProxy has nobody to ask when all checks fail',
  ],
  ['infra/prometheus/prometheus.yml', 'names: [{service}], type: A, port: {port},', 'nobody scrapes it'],
  ['infra/prometheus/rules/alerts.yml', 'absent(service:replicas_up:sum{service="{service}"})', 'no alert says that it is gone'],
  [
    'infra/prometheus/tests/alerts.test.yml',
    `'up{job="services",service="{service}",`,
    'the case of ServiceDown runs without it',
  ],
  ['.env.example', 'WAYBILL_PORT_{SERVICE}_1_HTTP={port}', 'nobody sees that its port can be moved'],
  ['.env.example', 'WAYBILL_PORT_{SERVICE}_2_HTTP={secondPort}', 'nobody sees that its port can be moved'],
  ['.vscode/launch.json', '"preLaunchTask": "dev {service}"', 'no debugger attaches to it'],
  ['.vscode/launch.json', '"port": {debugPort},', 'no debugger attaches to it'],
  ['.vscode/tasks.json', '"command": "npm run stack -- dev {service}"', 'no debugger attaches to it'],
  ['README.md', '(apps/{service}/src)', 'a reader does not find it'],
];

/** Processes of ours that send, emit and handle no message. */
const NO_SERVICES: readonly string[] = ['console', 'pages', 'identity'];

/** `{route}` too, for each of a service's routes. */
const ROUTE_PLACES: readonly Place[] = [
  ['infra/nginx/public.conf', 'location = {route} {', 'nginx answers 404 to it'],
  ['infra/nginx/public.conf', 'proxy_pass $to_service://{service};', 'nginx answers 404 to it'],
  ['infra/haproxy/haproxy.cfg', 'set-var(txn.service) str({service}) if', 'HAProxy answers 404 to it'],
];

/** Where a service is missing, and where one is left that the contracts no longer have: one sentence each. */
export function servicePlaceProblems(files: readonly SourceFile[], services: readonly ListedService[]): string[] {
  const textOf = new Map(files.map(({ path, text }) => [path, text]));
  return [
    ...services.flatMap((service) => [
      ...PLACES.flatMap((place) => missing(place, service, textOf)),
      ...service.routes.flatMap((route) => ROUTE_PLACES.flatMap((place) => missing(place, { ...service, route }, textOf))),
    ]),
    ...[...PLACES, ...ROUTE_PLACES].flatMap((place) => leftBehind(place, services, textOf)),
    ...files.flatMap(({ path }) => unlisted(path, services)),
  ];
}

/** What tells its routes is a service. */
function unlisted(path: string, services: readonly ListedService[]): string[] {
  const name = /^apps\/(\w+)\/src\/describe\.ts$/.exec(path)?.[1];
  if (name === undefined || services.some((service) => service.name === name)) return [];
  return [`${name}: it is no service of libs/contracts: write '${name}' into SERVICES of libs/contracts/src/contract.ts`];
}

function missing(
  [file, text, otherwise]: Place,
  service: ListedService & { readonly route?: string },
  textOf: ReadonlyMap<string, string>,
): string[] {
  const path = filled(file, service);
  const wanted = filled(text, service);
  const found = textOf.get(path);
  if (found?.includes(wanted)) return [];
  return [`${service.name}: ${found === undefined ? `there is no ${path}` : `${path} lacks \`${wanted}\``}, so ${otherwise}`];
}

const filled = (text: string, { name, port, debugPort, route = '' }: ListedService & { readonly route?: string }) =>
  text
    .replaceAll('{service}', name)
    .replaceAll('{SERVICE}', name.toUpperCase())
    .replaceAll('{port}', String(port))
    .replaceAll('{secondPort}', String(port + 1))
    .replaceAll('{debugPort}', String(debugPort))
    .replaceAll('{route}', route);

/** The same texts, read the other way: which names stand where a service's name belongs. */
function leftBehind([file, text]: Place, services: readonly ListedService[], textOf: ReadonlyMap<string, string>): string[] {
  if (!/\{service\}/i.test(text)) return [];
  const pattern = text
    .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('{service}', '([a-z]+)')
    .replaceAll('{SERVICE}', '([A-Z]+)')
    .replaceAll(/\{(port|secondPort)\}/g, '\\d+')
    .replaceAll('{route}', '\\S+');
  const names = [...(textOf.get(file) ?? '').matchAll(new RegExp(pattern, 'g'))].map(([, name]) => name!.toLowerCase());
  return [...new Set(names)]
    .filter((name) => !services.some((service) => service.name === name) && !NO_SERVICES.includes(name))
    .map((name) => `${name}: ${file} names it, and libs/contracts has no such service`);
}

/** The routes of each service, from the API's document: a route's tag is its service. */
export function routesIn(document: string): ReadonlyMap<string, readonly string[]> {
  const { paths } = JSON.parse(document) as { paths: Record<string, Record<string, { tags?: readonly string[] }>> };
  const routes = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(paths)) {
    // An address below a collection is led by the collection's line. Where there is none, it needs its own.
    const collection = path.split('/').slice(0, 3).join('/');
    const route = collection in paths ? collection : path;
    for (const service of Object.values(operations).flatMap(({ tags = [] }) => tags))
      routes.set(service, [...new Set([...(routes.get(service) ?? []), route])]);
  }
  return routes;
}
