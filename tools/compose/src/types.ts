import type { Project } from '@waybill/containers';

export interface Smoke {
  readonly project: Project;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}
