import { z } from 'zod';
import { Problem } from '../problem.js';
import type { Supervisor } from './supervisor.js';

/** Above the supervisor's own bound. */
const AUDIT_WITHIN_MS = 200_000;
/** Of each check; the command line tells all of them. */
const VIOLATIONS_TOLD = 20;

const verdict = z.object({
  ok: z.boolean(),
  orders: z.number(),
  rows: z.array(z.object({ check: z.string(), looked: z.number(), violations: z.array(z.string()) })),
});

export interface Row {
  readonly check: string;
  readonly looked: number;
  /** How many things do not add up, and the first of them. */
  readonly found: number;
  readonly violations: readonly string[];
}

export interface AuditState {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly ok?: boolean;
  readonly orders?: number;
  readonly rows?: readonly Row[];
  /** Why it could not look. */
  readonly problem?: string;
}

/** The demo's audit, which the supervisor runs. One at a time; the newest verdict is kept. */
export class Audits {
  state: AuditState = { state: 'none' };

  constructor(private readonly supervisor: Pick<Supervisor, 'ask'>) {}

  start(): AuditState {
    if (this.state.state === 'running') throw new Problem(409, 'The audit is still looking.');
    const startedAt = Date.now();
    this.state = { state: 'running', startedAt };
    void this.supervisor
      .ask('audit', '', AUDIT_WITHIN_MS)
      .then((answer): AuditState => {
        const { rows, ...read } = verdict.parse(answer);
        return { state: 'done', startedAt, ...read, rows: rows.map(shortened) };
      })
      .catch((error: Problem): AuditState => ({ state: 'failed', startedAt, problem: error.detail ?? error.message }))
      .then((state) => (this.state = { ...state, endedAt: Date.now() }));
    return this.state;
  }
}

const shortened = ({ violations, ...row }: z.infer<typeof verdict>['rows'][number]): Row => ({
  ...row,
  found: violations.length,
  violations: violations.slice(0, VIOLATIONS_TOLD),
});
