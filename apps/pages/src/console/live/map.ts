import type { ContractView, LiveItem } from '../answers.ts';

export type NodeKind = 'client' | 'balancer' | 'service' | 'queue' | 'topic' | 'outside';

export interface MapNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly x: number;
  readonly y: number;
  /** Of a topic. */
  readonly partitions?: number;
}

export interface MapEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The messages that go this way. None: it is no message. */
  readonly types: readonly string[];
}

export interface SystemMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** What a service calls outside of the system. No contract tells it. */
const OUTSIDE: Readonly<Record<string, string>> = { payment: 'provider', notification: 'mail server' };
const ENTRY = 'order';

/** The whole system as its contracts make it: who sends through which queue or topic to whom. */
export function mapOf(contracts: readonly ContractView[]): SystemMap {
  const services = [
    ...new Set([...contracts.flatMap(({ senders }) => senders), ...contracts.flatMap(({ handlers }) => handlers)]),
  ];
  const edges = new Map<string, MapEdge>();
  const connect = (from: string, to: string, type?: string) => {
    const id = edgeId(from, to);
    const types = edges.get(id)?.types ?? [];
    edges.set(id, { id, from, to, types: type === undefined || types.includes(type) ? types : [...types, type] });
  };
  connect('clients', 'nginx');
  connect('nginx', ENTRY);
  for (const contract of contracts) {
    const place = placeOf(contract);
    // A fact that nobody handles is in its topic all the same.
    for (const sender of contract.senders) if (place) connect(sender, place, contract.type);
    for (const handler of contract.handlers) if (place) connect(place, handler, contract.type);
  }
  for (const service of services) if (OUTSIDE[service]) connect(service, OUTSIDE[service]);
  return { nodes: placed(services, contracts), edges: [...edges.values()] };
}

export const edgeId = (from: string, to: string) => `${from}>${to}`;

/** The topic of an event, the queue of a command. */
const placeOf = ({ kind, from, to }: ContractView): string | undefined => (kind === 'event' ? from[0] : to[0]);

/** Which edges an item has just gone along. What happens within a service goes along none. */
export function edgesOf({ kind, service, type, way }: LiveItem, contracts: readonly ContractView[]): readonly string[] {
  const contract = contracts.find((each) => each.type === type);
  const through = (contract && placeOf(contract)) ?? way ?? '';
  switch (kind) {
    case 'accepted':
      return [edgeId('clients', 'nginx'), edgeId('nginx', service)];
    case 'published':
      return [edgeId(service, through)];
    case 'received':
      return [edgeId(through, service)];
    case 'charged':
    case 'mailed':
      return [edgeId(service, OUTSIDE[service] ?? '')];
    default:
      return [];
  }
}

/**
 * How large each kind is drawn, so that lines know where it is before the browser has measured it. All of it together fits into the
 * map of a projector's 1280 x 720 at its true size, with the newest orders beside it: text of 16 px stays 16 px.
 */
export const SIZES: Readonly<Record<NodeKind, { readonly width: number; readonly height: number }>> = {
  client: { width: 104, height: 60 },
  balancer: { width: 104, height: 60 },
  service: { width: 190, height: 146 },
  queue: { width: 216, height: 62 },
  topic: { width: 216, height: 62 },
  outside: { width: 190, height: 38 },
};
const COLUMN = { entry: 148, brokers: 394, others: 666 };
const GAP = 12;

/** Left to right as an order goes: nginx, the service that takes orders, the brokers, the other services. Who is called is below. */
function placed(services: readonly string[], contracts: readonly ContractView[]): MapNode[] {
  const others = services.filter((service) => service !== ENTRY);
  const places = [...new Set(contracts.flatMap((contract) => placeOf(contract) ?? []))];
  const queue = new Set(contracts.filter(({ kind }) => kind === 'command').map(placeOf));
  const brokers = places.toSorted((one, other) => Number(queue.has(other)) - Number(queue.has(one)));
  const { service, queue: broker, client, outside } = SIZES;
  const block = service.height + outside.height + 3 * GAP;
  const height = Math.max(brokers.length * (broker.height + GAP), others.length * block) - GAP;
  const middle = height / 2;
  return [
    { id: 'clients', kind: 'client', x: 0, y: middle - client.height * 1.5 - 2 * GAP },
    { id: 'nginx', kind: 'balancer', x: 0, y: middle - client.height / 2 },
    { id: ENTRY, kind: 'service', x: COLUMN.entry, y: middle - service.height / 2 },
    ...brokers.map((id, index) => ({
      id,
      kind: queue.has(id) ? ('queue' as const) : ('topic' as const),
      x: COLUMN.brokers,
      y: ((height + GAP) / brokers.length) * index,
      ...(!queue.has(id) && { partitions: contracts.find((contract) => placeOf(contract) === id)?.partitions ?? 0 }),
    })),
    ...others.flatMap((id, index): MapNode[] => {
      const y = ((height + GAP) / others.length) * index;
      const called = OUTSIDE[id];
      const x = COLUMN.others + (service.width - outside.width) / 2;
      return [
        { id, kind: 'service', x: COLUMN.others, y },
        ...(called ? [{ id: called, kind: 'outside' as const, x, y: y + service.height + 2 * GAP }] : []),
      ];
    }),
  ];
}
