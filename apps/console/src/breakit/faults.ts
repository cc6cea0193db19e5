/** Longer than payment waits for an answer, so that the outcome is unknown. */
const PROVIDER_SLOW_MS = 8_000;
/** Shorter than notification waits: the mail is late, and goes. */
const MAIL_SLOW_MS = 5_000;

/** What the outside world can be asked to do wrong, by a name, as `PUT /faults` takes it. */
export const FAULTS = {
  'provider-refuses': { provider: { refuse: 1 } },
  'provider-too-many': { provider: { tooMany: 1 } },
  'provider-fails-after': { provider: { failAfter: 1 } },
  'provider-loses-answers': { provider: { loseAnswer: 0.5 } },
  'provider-slow': { provider: { slowMs: PROVIDER_SLOW_MS } },
  'provider-down': { provider: { down: true } },
  'mail-refuses': { mail: { refuse: 1 } },
  'mail-loses-answers': { mail: { loseAnswer: 0.5 } },
  'mail-slow': { mail: { slowMs: MAIL_SLOW_MS } },
  'mail-down': { mail: { down: true } },
} as const satisfies Readonly<Record<string, Settings>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

type Half = Readonly<Record<string, unknown>>;

export interface Settings {
  readonly provider?: Half;
  readonly mail?: Half;
}

const HALVES = ['provider', 'mail'] as const;

/** Whether all that the fault asks for is so now. */
export const isOn = (name: FaultName, now: Settings): boolean =>
  HALVES.every((half) => Object.entries(wanted(name, half)).every(([key, value]) => now[half]?.[key] === value));

/** The settings with the fault, or without; what else is set stays as it is. */
export const withFault = (now: Settings, name: FaultName, on: boolean): Settings => ({
  ...now,
  ...Object.fromEntries(
    HALVES.map((half) => [half, { ...now[half], ...(on ? wanted(name, half) : off(wanted(name, half))) }] as const),
  ),
});

const wanted = (name: FaultName, half: (typeof HALVES)[number]): Half => (FAULTS[name] as Settings)[half] ?? {};

const off = (half: Half): Half =>
  Object.fromEntries(Object.entries(half).map(([key, value]) => [key, typeof value === 'boolean' ? false : 0]));
