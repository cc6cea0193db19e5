/** What apps/console answers about what may be broken, and what a page makes of it. */
export const ACTS = ['kill', 'suspend', 'stop'] as const;
const UNDOES = { suspend: 'resume', stop: 'start' } as const;

export type Breaking = (typeof ACTS)[number];
export type Act = Breaking | (typeof UNDOES)[keyof typeof UNDOES];

export interface Unit {
  readonly name: string;
  readonly group: 'replica' | 'server';
  readonly acts: readonly Act[];
  /** In containers nobody tells the console. */
  readonly state?: string;
  readonly healthy?: boolean;
  readonly done?: { readonly act: Act; readonly at: number; readonly said?: string; readonly failed?: string };
}

export interface Fault {
  readonly name: FaultName;
  readonly settings: object;
  readonly on?: boolean;
}

export interface Audit {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly endedAt?: number;
  readonly ok?: boolean;
  readonly orders?: number;
  readonly rows?: readonly {
    readonly check: string;
    readonly looked: number;
    readonly found: number;
    readonly violations: readonly string[];
  }[];
  readonly problem?: string;
}

export interface Breakable {
  readonly on: true;
  readonly runs: 'processes' | 'containers';
  readonly instance: string;
  readonly units: readonly Unit[];
  readonly faults: readonly Fault[];
  readonly audit?: Audit;
  readonly problems: readonly string[];
}

export type BreakItAnswer = Breakable | { readonly on: false };

export type FaultName =
  | 'provider-refuses'
  | 'provider-too-many'
  | 'provider-fails-after'
  | 'provider-loses-answers'
  | 'provider-slow'
  | 'provider-down'
  | 'mail-refuses'
  | 'mail-loses-answers'
  | 'mail-slow'
  | 'mail-down';

/** What is predicted of a break: its key in the files of words. */
export type Prediction =
  | 'kill-order'
  | 'kill-payment'
  | 'kill-notification'
  | 'kill-replica'
  | 'suspend-replica'
  | 'stop-replica'
  | `kill-${'postgres' | 'rabbitmq' | 'kafka' | 'nginx'}`
  | `stop-${'postgres' | 'rabbitmq' | 'kafka' | 'nginx'}`
  | 'suspend-server'
  | FaultName;

/** The promise that holds it, and what one should have seen: keys too. */
export type Held = 'retry' | 'money' | 'mail' | 'accepted' | 'brokers' | 'stop';
export type Outside = 'provider' | 'mail';
export type Saw = 'replica' | 'suspended' | 'database' | 'broker' | 'edge' | Outside;

/** One thing that a person can break, with an address: `/break/kill-payment-1`. */
export type Break = {
  readonly id: string;
  readonly prediction: Prediction;
  readonly held: Held;
} & (
  | { readonly what: 'unit'; readonly saw: Saw; readonly unit: Unit; readonly act: Breaking; readonly undo?: Act }
  | { readonly what: 'fault'; readonly saw: Outside; readonly fault: Fault }
);

/** Everything that may be broken, in the order in which it is listed. */
export const breaksOf = ({ units, faults }: Pick<Breakable, 'units' | 'faults'>): Break[] => [
  ...units.flatMap((unit) => ACTS.filter((act) => unit.acts.includes(act)).map((act) => breakOf(unit, act))),
  ...faults.map((fault): Break => {
    const outside: Outside = fault.name.startsWith('mail') ? 'mail' : 'provider';
    const held = outside === 'mail' ? 'mail' : 'money';
    return { what: 'fault', id: fault.name, fault, prediction: fault.name, held, saw: outside };
  }),
];

const SERVERS = ['postgres', 'rabbitmq', 'kafka', 'nginx'] as const;
const SERVICES = ['order', 'payment', 'notification'] as const;

function breakOf(unit: Unit, act: Breaking): Break {
  const undo = act === 'kill' ? undefined : UNDOES[act];
  const base = { what: 'unit', id: `${act}-${unit.name}`, unit, act, ...(undo && { undo }) } as const;
  const server = SERVERS.find((name) => name === unit.name);
  if (server) {
    const saw = server === 'postgres' ? 'database' : server === 'nginx' ? 'edge' : 'broker';
    const held = server === 'postgres' ? 'accepted' : server === 'nginx' ? 'retry' : 'brokers';
    return { ...base, prediction: act === 'suspend' ? 'suspend-server' : `${act}-${server}`, held, saw };
  }
  if (act === 'suspend') return { ...base, prediction: 'suspend-replica', held: 'money', saw: 'suspended' };
  if (act === 'stop') return { ...base, prediction: 'stop-replica', held: 'stop', saw: 'replica' };
  const service = SERVICES.find((name) => unit.name.startsWith(`${name}-`));
  const held = service === 'payment' ? 'money' : service === 'notification' ? 'mail' : 'retry';
  return { ...base, prediction: `kill-${service ?? 'replica'}`, held, saw: 'replica' };
}

/** Nobody tells of it, or it is well. */
export const isWell = ({ healthy }: Unit): boolean => healthy !== false;
