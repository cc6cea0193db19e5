import { useSyncExternalStore } from 'react';
import type { ProblemBody } from '../shared/ask.ts';
import { Link } from '../shared/Link.tsx';
import type { Progress } from './counter.ts';
import { counter } from './customer.ts';
import { useSpeech } from './speech.ts';

/** What becomes of orders that were just asked for. It stands on every page, so that nobody misses it. */
export function ProgressNotes() {
  const all = useSyncExternalStore(counter.progress.subscribe, counter.progress.read);
  return (
    <div className="notes" role="status">
      {Object.entries(all).map(([currency, progress]) => (
        <Note key={currency} currency={currency} progress={progress} />
      ))}
    </div>
  );
}

function Note({ currency, progress }: { readonly currency: string; readonly progress: Progress }) {
  const { say } = useSpeech();
  const { phase } = progress;
  const busy = phase === 'waiting' && progress.problem !== undefined;
  const dismiss = () => counter.dismiss(currency);
  return (
    <div className={`note card ${phase}`}>
      <p>{say(busy ? 'progress.busy' : `progress.${phase}`)}</p>
      {phase === 'refused' && <Mistakes problem={progress.problem} />}
      {phase === 'placed' && <Link to={`/orders/${progress.id}`}>{say('progress.see')}</Link>}
      {phase === 'unknown' && <Link to="/orders">{say('progress.see-all')}</Link>}
      {phase !== 'sending' && phase !== 'waiting' && (
        <button type="button" className="quiet" aria-label={say('progress.close')} onClick={dismiss}>
          <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  );
}

/** In the service's own words, which are English. */
function Mistakes({ problem: { title, detail, errors = [] } }: { readonly problem: ProblemBody }) {
  if (errors.length === 0) return <p lang="en">{detail ?? title}</p>;
  return (
    <ul lang="en">
      {errors.map(({ path, message }) => (
        <li key={path}>
          {path}: {message}
        </li>
      ))}
    </ul>
  );
}
