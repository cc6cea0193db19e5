import { type FormEvent, useState } from 'react';
import { choose } from '../../shared/place.ts';
import type { Logs, Tail } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { logLineOf } from './log-line.ts';

const LOOK_AGAIN_MS = 2_000;

/** The end of one log as it grows; in containers the command that shows it. */
export function Log({ name, find, logs }: { readonly name: string; readonly find: string; readonly logs: Logs }) {
  const { say } = useSpeech();
  return (
    <section className="card log" aria-label={say('log.title', { name })}>
      <div className="bar spread">
        <h2>{say('log.title', { name })}</h2>
        <button type="button" className="quiet" aria-label={say('close')} onClick={() => choose('log', undefined)}>
          ✕
        </button>
      </div>
      {logs.readable ? (
        <>
          <Find key={find} find={find} />
          <Lines name={name} find={find} />
          <p className="soft">
            <code>npm run stack -- logs {name}</code>
          </p>
        </>
      ) : (
        <>
          <p>{say('log.containers')}</p>
          <pre tabIndex={0}>
            docker compose logs --no-log-prefix --tail 200 {name.split(/[-@]/, 1)[0]}
            {find && ` | grep ${find}`}
          </pre>
        </>
      )}
    </section>
  );
}

function Find({ find }: { readonly find: string }) {
  const { say } = useSpeech();
  const [words, setWords] = useState(find);
  const search = (event: FormEvent) => {
    event.preventDefault();
    choose('find', words.trim() || undefined);
  };
  return (
    <form className="bar" role="search" onSubmit={search}>
      <label>
        <span className="unseen">{say('log.find')}</span>
        <input value={words} onChange={(event) => setWords(event.target.value)} placeholder={say('log.find')} size={36} />
      </label>
      <button type="submit">{say('orders.open')}</button>
    </form>
  );
}

function Lines({ name, find }: { readonly name: string; readonly find: string }) {
  const { say } = useSpeech();
  const asked = new URLSearchParams({ lines: '100', ...(find && { find }) });
  const { answer: tail, problem } = useAnswer<Tail>(`/logs/${encodeURIComponent(name)}?${asked}`, LOOK_AGAIN_MS);
  if (!tail) return <p className={problem ? 'problem' : 'soft'}>{problem ? problem.text : say('loading')}</p>;
  if (tail.lines.length === 0) return <p className="soft">{say('log.nothing')}</p>;
  return (
    <ol className="lines" tabIndex={0} aria-label={say('log.title', { name })}>
      {tail.lines.toReversed().map((line, index) => (
        <Line key={tail.lines.length - index} line={line} />
      ))}
    </ol>
  );
}

function Line({ line }: { readonly line: string }) {
  const { at, level, text, more } = logLineOf(line);
  return (
    <li>
      {at && <span className="when">{new Date(at).toISOString().slice(11, 23)}</span>}{' '}
      {level && <span className={level === 'info' || level === 'debug' ? 'soft' : 'bad'}>{level}</span>} <strong>{text}</strong>{' '}
      {more && <span className="soft">{more}</span>}
    </li>
  );
}
