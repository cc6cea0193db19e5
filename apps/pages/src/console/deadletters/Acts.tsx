import { Link } from '../../shared/Link.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { LOOK_AGAIN_MS } from './Groups.tsx';
import { type Act, addressOf, momentOf } from './letters.ts';

/** What people did, newest first: when, how many messages it changed, which, and why. */
export function Acts() {
  const { say } = useSpeech();
  const { answer } = useAnswer<{ readonly acts: Act[] }>('/dead-letters/acts?limit=20', LOOK_AGAIN_MS);
  if (!answer) return null;
  return (
    <>
      <h2>{say('dead.acts')}</h2>
      {answer.acts.length === 0 && <p className="soft">{say('dead.noActs')}</p>}
      {answer.acts.length > 0 && (
        <div className="scroll card" role="region" aria-label={say('dead.acts')} tabIndex={0}>
          <table className="stacks">
            <thead>
              <tr>
                <th>{say('dead.at')}</th>
                <th>{say('dead.act')}</th>
                <th className="number">{say('dead.changed')}</th>
                <th>{say('dead.service')}</th>
                <th>{say('dead.of')}</th>
                <th>{say('dead.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {answer.acts.map((act) => (
                <tr key={`${act.service} ${act.id}`}>
                  <td data-name={say('dead.at')}>{momentOf(act.at)}</td>
                  <td data-name={say('dead.act')}>
                    {say(`dead.did.${act.act}`)}
                    {act.perSecond !== null && <span className="soft"> {say('dead.rate', { count: act.perSecond })}</span>}
                  </td>
                  <td data-name={say('dead.changed')} className="number">
                    {act.changed}
                  </td>
                  <td data-name={say('dead.service')}>{act.service}</td>
                  <td data-name={say('dead.of')} className="wraps">
                    <Which act={act} />
                  </td>
                  <td data-name={say('dead.reason')} className="wraps">
                    {act.reason}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const NAMED = 5;

function Which({ act: { service, ids, type, error } }: { readonly act: Act }) {
  if (!ids) return `${type}: ${error}`;
  return (
    <>
      {ids.slice(0, NAMED).map((id) => (
        <span key={id}>
          <Link to={addressOf({ state: 'dead', service, letter: id })}>
            {service}/{id}
          </Link>{' '}
        </span>
      ))}
      {ids.length > NAMED && `+${ids.length - NAMED}`}
    </>
  );
}
