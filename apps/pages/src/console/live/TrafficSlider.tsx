import { useState } from 'react';
import { useSpeech } from '../speech.ts';
import { startTraffic, stopTraffic, type Traffic } from '../traffic.ts';
import { useAnswer } from '../use-answer.ts';

const SECONDS = 60;
const LOOK_AGAIN_MS = 2_000;

/** A stream of orders for a minute. Moving the slider meanwhile changes its rate. */
export function TrafficSlider() {
  const { say } = useSpeech();
  const { answer: traffic, again } = useAnswer<Traffic>('/traffic', LOOK_AGAIN_MS);
  const [rate, setRate] = useState(5);
  const [problem, setProblem] = useState('');
  const running = traffic?.running === true;
  const start = (ordersPerSecond: number) => startTraffic({ ordersPerSecond, seconds: SECONDS });
  const act = (doIt: Promise<Traffic>) =>
    doIt
      .then(() => setProblem(''))
      .catch((error: Error) => setProblem(error.message))
      .finally(again);
  const move = (to: number) => {
    setRate(to);
    if (running) void act(start(to));
  };
  return (
    <div className="slider" role="group" aria-label={say('traffic.title')}>
      <label>
        <span className="unseen">{say('traffic.rate')}</span>
        <input type="range" min={1} max={50} value={rate} onChange={(event) => move(event.target.valueAsNumber)} />
      </label>
      <output>{say('traffic.perSecond', { count: rate })}</output>
      <button type="button" aria-pressed={running} onClick={() => void act(running ? stopTraffic() : start(rate))}>
        {running ? say('traffic.stop') : say('traffic.start')}
      </button>
      {running && <span className="soft">{say('traffic.accepted', { count: traffic.accepted })}</span>}
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
