import { choose, useSearch } from '../../shared/place.ts';
import { Link } from '../../shared/Link.tsx';
import type { ContractView, Seen } from '../answers.ts';
import { clock, short } from '../short.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { Rights } from './Rights.tsx';

const LOOK_AGAIN_MS = 2_000;

/** Every message of the system, as libs/contracts has it. */
export function ContractsPage() {
  const { say } = useSpeech();
  const { answer: contracts, problem } = useAnswer<ContractView[]>('/contracts');
  const { answer: seen } = useAnswer<Seen[]>('/contracts/seen', LOOK_AGAIN_MS);
  const chosen = useSearch().get('type');
  const contract = contracts?.find(({ type }) => type === chosen);
  if (!contracts)
    return <p className={problem ? 'problem' : 'soft'}>{problem ? say('problem', { text: problem.text }) : say('loading')}</p>;
  const last = seen?.find(({ type }) => type === chosen);
  return (
    <>
      <div className={contract ? 'beside' : ''}>
        <div className="scroll card" role="region" aria-label={say('page.contracts')} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{say('contracts.type')}</th>
                <th>{say('contracts.kind')}</th>
                <th>{say('contracts.key')}</th>
                <th>{say('contracts.seen')}</th>
                <th>{say('contracts.way')}</th>
              </tr>
            </thead>
            <tbody>
              {contracts.map(({ type, kind, broker, key, senders, handlers, from, to }) => (
                <tr key={type}>
                  <td>
                    <button type="button" className="link" aria-pressed={type === chosen} onClick={() => choose('type', type)}>
                      {type}
                    </button>
                  </td>
                  <td>
                    {say(`contracts.${kind}`)} <span className="soft">{broker}</span>
                  </td>
                  <td>
                    <code>{key}</code>
                  </td>
                  <td>
                    <When seen={seen?.find((each) => each.type === type)} />
                  </td>
                  <td className="wraps">
                    {senders.join(', ')} <span className="soft">→ {kind === 'event' ? from.join(', ') : to.join(', ')} →</span>{' '}
                    {handlers.join(', ') || <span className="soft">{say('contracts.nobody')}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {contract ? (
          <aside className="card details" aria-label={contract.type}>
            <div className="bar spread">
              <h2>{contract.type}</h2>
              <button type="button" className="quiet" aria-label={say('close')} onClick={() => choose('type', undefined)}>
                ✕
              </button>
            </div>
            <h3>{say('contracts.last')}</h3>
            {last ? (
              <p>
                {clock(last.at)}, {last.sender}, <code>{contract.key}</code>{' '}
                <Link to={`/orders/${last.order}`} className="id">
                  {last.order}
                </Link>{' '}
                <span className="soft">{say('contracts.counted', { count: last.messages })}</span>
              </p>
            ) : (
              <p className="soft">{say('contracts.unseen')}</p>
            )}
            <h3>{say('contracts.sample')}</h3>
            <pre tabIndex={0}>{JSON.stringify(contract.sample, null, 2)}</pre>
            <h3>{say('contracts.schema')}</h3>
            <pre tabIndex={0}>{JSON.stringify(contract.schema, null, 2)}</pre>
          </aside>
        ) : (
          <p className="soft">{say('contracts.choose')}</p>
        )}
      </div>
      <p>
        <a href="/asyncapi.json">{say('contracts.file')}</a>
      </p>
      <Rights />
    </>
  );
}

function When({ seen }: { readonly seen: Seen | undefined }) {
  if (!seen) return <span className="soft">–</span>;
  return (
    <Link to={`/orders/${seen.order}`}>
      {clock(seen.at)} <span className="id">…{short(seen.order)}</span>
    </Link>
  );
}
