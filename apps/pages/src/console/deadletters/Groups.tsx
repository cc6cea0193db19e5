import { Link } from '../../shared/Link.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { addressOf, type Group, momentOf, type ServiceProblem, type State } from './letters.ts';

export const LOOK_AGAIN_MS = 2_000;

/** What failed alike, of all services: the largest groups first. */
export function Groups({ state }: { readonly state: State }) {
  const { say } = useSpeech();
  const { answer, problem } = useAnswer<{ readonly groups: Group[]; readonly problems: ServiceProblem[] }>(
    `/dead-letters/groups?state=${state}`,
    LOOK_AGAIN_MS,
  );
  if (!answer)
    return <p className={problem ? 'problem' : 'soft'}>{problem ? say('problem', { text: problem.text }) : say('loading')}</p>;
  const { groups, problems } = answer;
  return (
    <>
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      {problems.map(({ service, detail }) => (
        <p key={service} className="problem">
          {say('problem', { text: detail })}
        </p>
      ))}
      {groups.length === 0 && problems.length === 0 && <Nothing state={state} />}
      {groups.length > 0 && (
        <div className="scroll card" role="region" aria-label={say(`dead.${state}`)} tabIndex={0}>
          <table className="stacks">
            <thead>
              <tr>
                <th className="number">{say('dead.count')}</th>
                <th>{say('dead.service')}</th>
                <th>{say('dead.type')}</th>
                <th>{say('dead.error')}</th>
                <th>{say('dead.newest')}</th>
                <th>{say('dead.oldest')}</th>
              </tr>
            </thead>
            <tbody>
              {groups.map(({ service, type, error, count, newestAt, oldestAt }) => (
                <tr key={`${service} ${type} ${error}`}>
                  <td data-name={say('dead.count')} className={state === 'dead' ? 'number bad' : 'number warn'}>
                    {count}
                  </td>
                  <td data-name={say('dead.service')}>{service}</td>
                  <td data-name={say('dead.type')}>{type || '?'}</td>
                  <td data-name={say('dead.error')} className="wraps">
                    <Link to={addressOf({ state, service, type, error })}>{error || say('dead.noError')}</Link>
                  </td>
                  <td data-name={say('dead.newest')}>{momentOf(newestAt)}</td>
                  <td data-name={say('dead.oldest')}>{momentOf(oldestAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const MAKE_ONE = 'npm run stack -- dead-letters make';

function Nothing({ state }: { readonly state: State }) {
  const { say } = useSpeech();
  // The command reaches RabbitMQ's port, which containers do not publish. Where the logs can be read, there are none.
  const { answer: logs } = useAnswer<{ readonly readable: boolean }>('/logs');
  return (
    <section className="card empty">
      <p>{say(state === 'dead' ? 'dead.none' : 'dead.noneWaits')}</p>
      {state === 'dead' && logs?.readable && (
        <>
          <p className="soft">{say('dead.make')}</p>
          <pre tabIndex={0}>{MAKE_ONE}</pre>
        </>
      )}
    </section>
  );
}
