import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runToEnd } from '@waybill/kit';
import type { Instance } from '../instance.ts';

/** A claim of a killed worker is taken over after its lease: what is wrong for longer than that stays wrong. */
const PATIENCE_S = 45;
/** It waits twice as long at most, and then reads the ledgers once more. */
const AUDIT_WITHIN_MS = 180_000;

/** The demo's audit as a process of its own, as a person would run it: there is one audit. Throws with its words when it cannot look. */
export async function runAudit({ name, paths }: Instance): Promise<unknown> {
  const file = paths.of('verdict.json');
  rmSync(file, { force: true });
  const script = join(projectRoot, 'tools/demo/src/main.ts');
  const args = [script, 'audit', '--instance', name, '--patience', String(PATIENCE_S), '--json', file];
  const { code, output } = await runToEnd(process.execPath, args, { cwd: projectRoot, withinMs: AUDIT_WITHIN_MS });
  if (!existsSync(file)) throw new Error(output.trim().split('\n').at(-1) || `The audit ended with code ${code}.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
