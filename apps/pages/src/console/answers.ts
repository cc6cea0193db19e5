/** What apps/console answers, as far as the pages read it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly error?: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly service: string;
  readonly replica: string;
}

export interface Journey {
  readonly orderId: string;
  readonly spans: readonly Span[];
  readonly order?: {
    readonly status: string;
    readonly total?: number;
    readonly currency?: string;
    readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  };
  readonly history?: readonly {
    readonly version: number;
    readonly status: string;
    readonly at: string;
    readonly message?: { readonly id: string; readonly type: string };
  }[];
  readonly payments?: readonly { readonly status: string; readonly attempts: number; readonly reason?: string }[];
  readonly notifications?: readonly { readonly outcome: string; readonly status: string; readonly attempts: number }[];
  readonly problems: readonly { readonly part: string; readonly detail: string }[];
}

export interface OrderSummary {
  readonly orderId: string;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly spans: number;
  readonly failures: number;
  readonly services: readonly string[];
  readonly last?: string;
}

export interface ContractView {
  readonly type: string;
  readonly version: number;
  readonly kind: 'event' | 'command';
  readonly broker: 'Kafka' | 'RabbitMQ';
  readonly senders: readonly string[];
  readonly handlers: readonly string[];
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly partitions?: number;
  readonly key: string;
  readonly sample: unknown;
  readonly schema: unknown;
}

/** When a message of a type was made last, as far as spans tell. */
export interface Seen {
  readonly type: string;
  readonly at: number;
  readonly order: string;
  readonly sender: string;
  readonly messages: number;
}

/** A topic, an exchange or a queue, and who may write and read there. */
export interface Place {
  readonly name: string;
  readonly kind: 'topic' | 'queue' | 'exchange';
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

export interface Logs {
  /** Where the stack runs in containers, the console cannot read their logs. */
  readonly readable: boolean;
  readonly names: readonly string[];
}

export interface Tail {
  readonly lines: readonly string[];
  readonly more: boolean;
}

export interface ReplicaState {
  readonly name: string;
  readonly service: string;
  readonly address: string;
  readonly up: boolean;
  readonly since: number;
  readonly memoryBytes?: number;
  /** Seconds since 1970. */
  readonly startedAt?: number;
  readonly node?: string;
  readonly version?: string;
}

/** How well the console hears the live feed. */
export interface FeedState {
  /** Why it does not listen. */
  readonly problem?: string;
  readonly received: number;
  readonly lost: number;
  readonly lossy: readonly { readonly replica: string; readonly lost: number }[];
  /** Replicas that answer, and of which it hears nothing. */
  readonly silent: readonly string[];
}

export interface SystemState {
  readonly at: number;
  readonly replicas: readonly ReplicaState[];
  readonly targets: readonly { readonly job: string; readonly up: boolean; readonly memoryBytes?: number }[];
  readonly outbox: readonly {
    readonly service: string;
    readonly lane: string;
    readonly rows: number;
    readonly oldestSeconds: number;
  }[];
  readonly parked: readonly { readonly service: string; readonly state: string; readonly rows: number }[];
  readonly queues: readonly { readonly queue: string; readonly ready: number; readonly unacked: number }[];
  readonly lag: readonly { readonly group: string; readonly topic: string; readonly events: number }[];
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly events: number }[];
  readonly inbox: readonly { readonly service: string; readonly perSecond: number; readonly duplicatesPerSecond: number }[];
  readonly orders: readonly { readonly status: string; readonly orders: number }[];
  readonly feed: FeedState;
  readonly problem?: string;
}

/** What the live feed tells of a moment: so much of one kind went one way. */
export interface LiveItem {
  readonly kind:
    | ('accepted' | 'charged' | 'mailed' | 'ready' | 'draining')
    | ('sent' | 'published' | 'received' | 'handled' | 'duplicate' | 'parked' | 'retried' | 'dead');
  readonly service: string;
  readonly type?: string;
  /** The topic, exchange or queue. */
  readonly way?: string;
  readonly count: number;
}

export interface Measures {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly charts: readonly {
    readonly id: string;
    readonly unit: 'per second' | 'seconds' | 'rows' | 'events' | 'bytes';
    readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
  }[];
}
