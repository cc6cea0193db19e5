import { choose, useSearch } from '../../shared/place.ts';
import type { ContractView } from '../answers.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';

/** Every message of the system, as libs/contracts has it. */
export function ContractsPage() {
  const { say } = useSpeech();
  const { answer: contracts, problem } = useAnswer<ContractView[]>('/contracts');
  const chosen = useSearch().get('type');
  const contract = contracts?.find(({ type }) => type === chosen);
  if (!contracts)
    return <p className={problem ? 'problem' : 'soft'}>{problem ? say('problem', { text: problem.text }) : say('loading')}</p>;
  return (
    <div className={contract ? 'beside' : ''}>
      <div className="scroll card" role="region" aria-label={say('page.contracts')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>{say('contracts.type')}</th>
              <th>{say('contracts.kind')}</th>
              <th>{say('contracts.broker')}</th>
              <th>{say('contracts.key')}</th>
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
                <td>{say(`contracts.${kind}`)}</td>
                <td>{broker}</td>
                <td>
                  <code>{key}</code>
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
          <h3>{say('contracts.sample')}</h3>
          <pre tabIndex={0}>{JSON.stringify(contract.sample, null, 2)}</pre>
          <h3>{say('contracts.schema')}</h3>
          <pre tabIndex={0}>{JSON.stringify(contract.schema, null, 2)}</pre>
        </aside>
      ) : (
        <p className="soft">{say('contracts.choose')}</p>
      )}
    </div>
  );
}
