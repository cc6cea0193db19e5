import { runTool } from './run-tool.ts';
import type { Suite } from './suite.ts';

/** What `tools/alerts` writes. */
interface Outcome {
  readonly seen: readonly { readonly firedAfterS?: number; readonly resolvedAfterS?: number }[];
  readonly problems: readonly string[];
}

const alerts = { name: 'alerts', run: ['tools/alerts/src/main.ts'], instance: 'test-alerts', withinMinutes: 30 };

/** The drills of the alerts: each alert that is seen to fire and to go is one test. */
export const runAlerts = (folder: string, signal: AbortSignal): Promise<Suite> =>
  runTool<Outcome>(
    alerts,
    ({ seen, problems }) => {
      const passed = seen.filter(
        ({ firedAfterS, resolvedAfterS }) => firedAfterS !== undefined && resolvedAfterS !== undefined,
      ).length;
      return {
        passed,
        // Something may also have fired that nobody had made a fault for.
        failed: Math.max(seen.length - passed, Math.min(1, problems.length)),
        note: problems[0] ?? 'each fired and went',
      };
    },
    { folder, signal },
  );
