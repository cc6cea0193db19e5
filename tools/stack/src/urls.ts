import type { ServiceStatus } from './supervision/supervisor.ts';
import { portKey } from './topology.ts';

const OPERATIONS = portKey('nginx', 'operations');

/** What a person may open: where it is, and which part has to run for it beside the one that the port belongs to. */
const WORTH_A_LOOK: Readonly<
  Record<string, { readonly port: string; readonly path?: string; readonly part?: string; readonly tls?: true }>
> = {
  edge: { port: portKey('nginx', 'edge') },
  operations: { port: OPERATIONS },
  haproxy: { port: portKey('haproxy', 'edge') },
  // By HTTPS, unless TLS is off.
  outsideWorld: { port: portKey('outside-world', 'http'), tls: true },
  identity: { port: portKey('identity', 'http') },
  prometheus: { port: OPERATIONS, path: '/prometheus/', part: 'prometheus' },
  rabbitmq: { port: OPERATIONS, path: '/rabbitmq/', part: 'rabbitmq' },
  // In containers alone.
  grafana: { port: OPERATIONS, path: '/grafana/', part: 'grafana' },
  jaeger: { port: OPERATIONS, path: '/jaeger/', part: 'jaeger' },
  kibana: { port: OPERATIONS, path: '/kibana/', part: 'kibana' },
};

/** The addresses of what belongs to this run and can be reached: with `--only` not everything does. */
export function urlsOf(
  ports: Readonly<Record<string, number>>,
  services: readonly ServiceStatus[],
  encrypted: boolean,
): Record<string, string> {
  const runs = (part: string) => services.some(({ name }) => name === part);
  return Object.fromEntries(
    Object.entries(WORTH_A_LOOK).flatMap(([name, { port, path = '', part, tls = false }]) =>
      ports[port] !== undefined && runs(port.split('.')[0]!) && (part === undefined || runs(part))
        ? [[name, `${tls && encrypted ? 'https' : 'http'}://127.0.0.1:${ports[port]}${path}`]]
        : [],
    ),
  );
}
