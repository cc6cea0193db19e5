import type { ReactNode } from 'react';
import { Link } from '../../shared/Link.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { ActForms } from './ActForms.tsx';
import { LOOK_AGAIN_MS } from './Groups.tsx';
import { addressOf, bodyOf, type LetterInFull, momentOf, orderOf, traceOf } from './letters.ts';

/** One parked message: everything that its service has kept of it, and what can be done about it. */
export function LetterView({ service, id }: { readonly service: string; readonly id: string }) {
  const { say } = useSpeech();
  const {
    answer: letter,
    problem,
    again,
  } = useAnswer<LetterInFull>(`/dead-letters/${service}/${encodeURIComponent(id)}`, LOOK_AGAIN_MS);
  const gone = problem?.status === 404;
  const all = (
    <p>
      <Link to={addressOf({ state: gone ? 'dead' : (letter?.state ?? 'dead') })}>{say('dead.all')}</Link>
    </p>
  );
  if (!letter || gone)
    return (
      <>
        {all}
        {problem ? (
          <p className={gone ? 'card empty' : 'problem'} role="status">
            {gone ? say('dead.gone', { id: `${service}/${id}` }) : say('problem', { text: problem.text })}
          </p>
        ) : (
          <p className="soft">{say('loading')}</p>
        )}
      </>
    );
  const { state, type, likeness } = letter;
  return (
    <>
      {all}
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      <section className="card acted-on">
        <h2>
          {service}/{id}
        </h2>
        <p>
          <span className={state === 'dead' ? 'status refused' : 'status reversing'}>{say(`dead.${state}`)}</span>{' '}
          <Link to={addressOf({ state, service, type, error: likeness })}>{say('dead.itsGroup')}</Link>
        </p>
        <ActForms service={service} chosen={{ ids: [id] }} command={`${service}/${id}`} done={again} />
      </section>
      <Evidence letter={letter} service={service} />
    </>
  );
}

function Evidence({ letter, service }: { readonly letter: LetterInFull; readonly service: string }) {
  const { say } = useSpeech();
  const { type, key, messageId, source, attempts, errors, waitingBehind, behind, bodyEncoding } = letter;
  const [order, trace] = [orderOf(letter), traceOf(letter)];
  return (
    <div className="evidence">
      <section className="card">
        <h2>{say('dead.errors')}</h2>
        <p className="soft">{say('dead.attemptsKept', { count: attempts })}</p>
        <ol className="errors">
          {errors.map(({ at, error }, index) => (
            <li key={`${index} ${at}`}>
              <p className="soft">{momentOf(at)}</p>
              <pre tabIndex={0}>{error}</pre>
            </li>
          ))}
        </ol>
        {errors.length === 0 && <p>{say('dead.noError')}</p>}
      </section>
      <section className="card details">
        <h2>{say('dead.message')}</h2>
        <dl>
          <Fact name={say('dead.type')}>{type || '?'}</Fact>
          <Fact name={say('dead.key')}>
            <code>{key}</code>
            {order !== undefined && (
              <>
                {' '}
                <Link to={`/orders/${order}`}>{say('dead.order')}</Link>
              </>
            )}
          </Fact>
          <Fact name={say('dead.source')}>{source}</Fact>
          <Fact name={say('dead.id')}>
            <code>{messageId}</code>
          </Fact>
          {trace !== undefined && (
            <Fact name={say('dead.trace')}>
              <code>{trace}</code>
              <br />
              <code>
                grep -h {trace} .stack/logs/{service}-*.log
              </code>
            </Fact>
          )}
          <Fact name={say('dead.behind')}>
            {waitingBehind}
            <ul>
              {behind.map(({ id, type: itsType }) => (
                <li key={id}>
                  <Link to={addressOf({ state: 'waiting', service, letter: id })}>
                    {service}/{id}
                  </Link>{' '}
                  {itsType}
                </li>
              ))}
            </ul>
          </Fact>
        </dl>
        <h3>{say('dead.body')}</h3>
        {bodyEncoding === 'base64' && <p className="soft">{say('dead.base64')}</p>}
        <pre tabIndex={0}>{bodyOf(letter)}</pre>
      </section>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
