import { Link } from '../../shared/Link.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { ActForms } from './ActForms.tsx';
import { LOOK_AGAIN_MS } from './Groups.tsx';
import { addressOf, type Letter, momentOf, type State } from './letters.ts';

const PAGE = 50;

interface GroupViewProps {
  readonly state: State;
  readonly service: string;
  readonly type: string;
  readonly error: string;
  readonly after?: string | undefined;
}

/** The messages of one type that failed alike, oldest first, and what can be done about all of them. */
export function GroupView({ state, service, type, error, after }: GroupViewProps) {
  const { say } = useSpeech();
  const query = new URLSearchParams({ state, type, error, limit: String(PAGE), ...(after !== undefined && { after }) });
  const { answer: letters, problem, again } = useAnswer<Letter[]>(`/dead-letters/${service}?${query}`, LOOK_AGAIN_MS);
  const group = { state, service, type, error };
  const first = letters?.[0];
  return (
    <>
      <p>
        <Link to={addressOf({ state })}>{say('dead.all')}</Link>
      </p>
      <section className="card acted-on">
        <h2>{error || say('dead.noError')}</h2>
        <p>
          {service}, {type || '?'}
        </p>
        {state === 'dead' && (
          <ActForms
            service={service}
            chosen={{ type, error }}
            asRate
            idle={first === undefined}
            command={first && `--like ${service}/${first.id}`}
            done={again}
          />
        )}
      </section>
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      {!letters && !problem && <p className="soft">{say('loading')}</p>}
      {letters?.length === 0 && <p className="card empty">{say('dead.noneLeft')}</p>}
      {letters && letters.length > 0 && (
        <div className="scroll card" role="region" aria-label={say(`dead.${state}`)} tabIndex={0}>
          <table className="stacks">
            <thead>
              <tr>
                <th>{say('dead.message')}</th>
                <th>{say('dead.key')}</th>
                <th className="number">{say('dead.attempts')}</th>
                <th className="number">{say('dead.behind')}</th>
                <th>{say('dead.lastFailure')}</th>
                <th>{say('dead.lastError')}</th>
              </tr>
            </thead>
            <tbody>
              {letters.map(({ id, key, attempts, waitingBehind, lastFailedAt, errors }) => (
                <tr key={id}>
                  <td data-name={say('dead.message')}>
                    <Link to={addressOf({ state, service, letter: id })}>
                      {service}/{id}
                    </Link>
                  </td>
                  <td data-name={say('dead.key')}>
                    <code>{key}</code>
                  </td>
                  <td data-name={say('dead.attempts')} className="number">
                    {attempts}
                  </td>
                  <td data-name={say('dead.behind')} className="number">
                    {waitingBehind}
                  </td>
                  <td data-name={say('dead.lastFailure')}>{lastFailedAt ? momentOf(lastFailedAt) : ''}</td>
                  <td data-name={say('dead.lastError')} className="wraps">
                    {(errors.at(-1)?.error ?? '').split('\n')[0]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {letters && (letters.length === PAGE || after !== undefined) && (
        <p className="bar">
          {after !== undefined && <Link to={addressOf(group)}>{say('dead.fromStart')}</Link>}
          {letters.length === PAGE && (
            <Link to={addressOf({ ...group, after: letters.at(-1)!.id })}>{say('dead.more', { count: PAGE })}</Link>
          )}
        </p>
      )}
    </>
  );
}
