import { lazy, Suspense } from 'react';
import { Link } from '../../shared/Link.tsx';
import type { ContractView, OrderSummary } from '../answers.ts';
import { milliseconds } from '../journey/milliseconds.ts';
import { clock, short } from '../short.ts';
import { Present, usePresenting } from '../presenting.tsx';
import { useSpeech } from '../speech.ts';
import { useAnswer } from '../use-answer.ts';
import { useFeed } from './feed.tsx';
import { FeedBadge } from './FeedBadge.tsx';
import { PlaceOrder } from './PlaceOrder.tsx';
import { TrafficSlider } from './TrafficSlider.tsx';

/** The library of the map is a quarter of the page: who looks at an order does not wait for it. */
const SystemMap = lazy(() => import('./SystemMap.tsx'));

export function LivePage() {
  const { say } = useSpeech();
  const { state, missed } = useFeed();
  const { answer: contracts, problem } = useAnswer<ContractView[]>('/contracts');
  const presenting = usePresenting();
  const down = state?.replicas.filter(({ up }) => !up) ?? [];
  return (
    <>
      <div className="bar spread">
        <div className="bar">
          <PlaceOrder />
          <TrafficSlider />
          {!presenting && <Present />}
        </div>
        <p role="status" className={down.length > 0 ? 'bad' : 'soft'}>
          {state === undefined
            ? say('loading')
            : down.length > 0
              ? say('live.down', { names: down.map(({ name }) => name).join(', ') })
              : say('live.allUp', { count: state.replicas.length })}
          {missed > 0 && ` · ${say('live.missed', { count: missed })}`}
        </p>
        {state && <FeedBadge feed={state.feed} />}
      </div>
      {(problem ?? state?.problem) && (
        <p className="problem">{say('problem', { text: problem?.text ?? state?.problem ?? '' })}</p>
      )}
      <div className="live">
        <section className="map card" aria-label={say('live.map')} tabIndex={0}>
          <div className="map-whole">
            <Suspense fallback={<p className="soft">{say('loading')}</p>}>
              {contracts && <SystemMap contracts={contracts} />}
            </Suspense>
          </div>
        </section>
        {!presenting && <Newest />}
      </div>
    </>
  );
}

function Newest() {
  const { say } = useSpeech();
  const { answer: orders } = useAnswer<OrderSummary[]>('/orders?limit=12', 2_000);
  return (
    <section className="card newest">
      <h2>{say('live.newest')}</h2>
      {orders?.length === 0 && <p className="empty">{say('orders.empty')}</p>}
      <ol>
        {orders?.map(({ orderId, startedAt, lastAt, failures }) => (
          <li key={orderId}>
            <Link to={`/orders/${orderId}`}>
              <span className="when">{clock(startedAt)}</span> <span className="id">…{short(orderId)}</span>{' '}
              <span className="soft">{milliseconds(lastAt - startedAt)}</span>
              {failures > 0 && <span className="bad"> {say('live.failures', { count: failures })}</span>}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
