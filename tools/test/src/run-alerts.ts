import { existsSync, readFileSync } from 'node:fs';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

const NAME = 'alerts';
const INSTANCE = 'test-alerts';

interface Outcome {
  readonly seen: readonly { readonly firedAfterS?: number; readonly resolvedAfterS?: number }[];
  readonly problems: readonly string[];
}

/** The drills of the alerts: each alert that is seen to fire and to go is one test. */
export async function runAlerts(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = `${folder}/alerts.json`;
  console.log(`\n${NAME}`);
  try {
    const drills = ['tools/alerts/src/main.ts', '--instance', INSTANCE, '--json', file];
    const { code, seconds } = await runNode(drills, { signal, withinMinutes: 15 });
    if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
    const { seen, problems } = JSON.parse(readFileSync(file, 'utf8')) as Outcome;
    const passed = seen.filter(
      ({ firedAfterS, resolvedAfterS }) => firedAfterS !== undefined && resolvedAfterS !== undefined,
    ).length;
    // Something may also have fired that nobody had made a fault for.
    const failed = Math.max(seen.length - passed, Math.min(1, problems.length));
    return { name: NAME, passed, failed, skipped: 0, seconds, note: problems[0] ?? 'each fired and went' };
  } finally {
    if (existsSync(instanceOf(INSTANCE).dir)) await down({ instance: INSTANCE, purge: true });
  }
}
