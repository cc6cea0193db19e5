import type { Step } from '../journey/timeline.ts';

/** Under which key of the handlers the code stands that did a step; undefined where no code of a service did it. */
export function keyOf(step: Step, steps: readonly Step[]): string | undefined {
  const { kind, span, label } = step;
  if (!span) return undefined;
  switch (kind) {
    case 'request':
      return `${span.service} ${span.name}`;
    case 'handle':
      return `${span.service} ${label}`;
    case 'send':
      return 'relay';
    case 'write':
    case 'call': {
      // What a handler wrote or whom it called stands in that handler.
      const cause = steps.find(({ id }) => id === span.parentId);
      return cause && keyOf(cause, steps);
    }
  }
}
