import type { FeedState } from '../answers.ts';
import { useSpeech } from '../speech.ts';

/** Whether what moves on the map is all that moves. */
export function FeedBadge({ feed: { problem, silent, lost, lossy } }: { readonly feed: FeedState }) {
  const { say } = useSpeech();
  const told =
    problem !== undefined
      ? say('feed.cut', { text: problem })
      : silent.length > 0
        ? say('feed.silent', { names: silent.join(', ') })
        : lost > 0
          ? say('feed.lost', { count: lost, names: lossy.map((each) => `${each.replica} ${each.lost}`).join(', ') })
          : say('feed.heard');
  const cut = problem !== undefined || silent.length > 0;
  return (
    <p role="status" className={cut ? 'badge bad' : lost > 0 ? 'badge warn' : 'badge'}>
      {told}
    </p>
  );
}
