import { type FormEvent, useState } from 'react';
import { Link } from '../../shared/Link.tsx';
import { goTo } from '../../shared/place.ts';
import type { OrderSummary } from '../answers.ts';
import { milliseconds } from '../journey/milliseconds.ts';
import { PlaceOrder } from '../live/PlaceOrder.tsx';
import { clock, short } from '../short.ts';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';

/** The newest orders, and the way to any other one by its id. */
export function OrdersPage() {
  const { say } = useSpeech();
  const { answer: orders, problem } = useAnswer<OrderSummary[]>('/orders?limit=50', 2_000);
  const [id, setId] = useState('');
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim()) goTo(`/orders/${id.trim()}`);
  };
  return (
    <>
      <div className="bar">
        <PlaceOrder />
        <form onSubmit={open} className="bar" role="search">
          <label>
            <span className="unseen">{say('orders.id')}</span>
            <input value={id} onChange={(event) => setId(event.target.value)} placeholder={say('orders.id')} size={30} />
          </label>
          <button type="submit">{say('orders.open')}</button>
        </form>
      </div>
      {problem && <p className="problem">{say('problem', { text: problem.text })}</p>}
      {orders?.length === 0 && <p className="empty card">{say('orders.empty')}</p>}
      {orders && orders.length > 0 && (
        <div className="scroll card" role="region" aria-label={say('page.orders')} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{say('orders.order')}</th>
                <th>{say('orders.began')}</th>
                <th className="number">{say('orders.took')}</th>
                <th>{say('orders.through')}</th>
                <th className="number">{say('orders.spans')}</th>
                <th className="number">{say('orders.failures')}</th>
              </tr>
            </thead>
            <tbody>
              {orders.map(({ orderId, startedAt, lastAt, spans, failures, services }) => (
                <tr key={orderId}>
                  <td>
                    <Link to={`/orders/${orderId}`} className="id">
                      …{short(orderId)}
                    </Link>
                  </td>
                  <td>{clock(startedAt)}</td>
                  <td className="number">{milliseconds(lastAt - startedAt)}</td>
                  <td>{services.join(', ')}</td>
                  <td className="number">{spans}</td>
                  <td className={failures > 0 ? 'number bad' : 'number soft'}>{failures}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
