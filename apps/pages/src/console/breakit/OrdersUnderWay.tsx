import { useState } from 'react';
import { ask } from '../../shared/ask.ts';
import { usePolled } from '../../shared/poll.ts';
import { useSpeech } from '../speech.ts';
import { startTraffic, stopTraffic, TRAFFIC, type Traffic } from '../traffic.ts';

const WISH = { ordersPerSecond: 5, seconds: 20 };
const askTraffic = (signal: AbortSignal) => ask<Traffic>(TRAFFIC, { signal });
const lookEvery = ({ running, waiting }: Traffic) => (running || waiting > 0 ? 500 : 2_000);

/** What breaks while nothing is under way shows nothing: customers who order meanwhile, and send again what was not answered. */
export function OrdersUnderWay() {
  const { say } = useSpeech();
  const { value, again } = usePolled(askTraffic, lookEvery);
  const [problem, setProblem] = useState('');
  const act = async (doIt: () => Promise<Traffic>) => {
    setProblem('');
    await doIt().catch((error: Error) => setProblem(error.message));
    again();
  };
  return (
    <section className="card" aria-labelledby="traffic">
      <h2 id="traffic">{say('meanwhile.title')}</h2>
      <p className="soft">{say('meanwhile.why')}</p>
      <div className="bar">
        <button type="button" className="first" onClick={() => void act(() => startTraffic(WISH))}>
          {say('meanwhile.start', { rate: WISH.ordersPerSecond, seconds: WISH.seconds })}
        </button>
        {value?.running && (
          <button type="button" onClick={() => void act(stopTraffic)}>
            {say('meanwhile.stop')}
          </button>
        )}
      </div>
      {value && value.sent > 0 && (
        <p className="traffic-counts">
          {say('meanwhile.counts', { sent: value.sent, accepted: value.accepted, repeated: value.repeated })}{' '}
          {value.waiting > 0 && <span className="warn">{say('meanwhile.waiting', { count: value.waiting })}</span>}{' '}
          {value.failed > 0 && <span className="bad">{say('meanwhile.failed', { count: value.failed })}</span>}
        </p>
      )}
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
