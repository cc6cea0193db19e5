import './breakit.css';
import { useEffect, useState } from 'react';
import { ask } from '../../shared/ask.ts';
import { usePolled } from '../../shared/poll.ts';
import { useSpeech } from '../speech.ts';
import { type BreakItAnswer, type Breakable, breaksOf } from './break-it.ts';
import { Breaks } from './Breaks.tsx';
import { Chosen } from './Chosen.tsx';
import { OrdersUnderWay } from './OrdersUnderWay.tsx';
import { type AllSeen, look } from './seen.ts';
import { Verdict } from './Verdict.tsx';

const LOOK_EVERY_MS = 700;
const lookEvery = () => LOOK_EVERY_MS;
const askBreakIt = (signal: AbortSignal) => ask<BreakItAnswer>('/console/api/break-it', { signal });

/** Named faults with a prediction before, orders under way meanwhile, and the audit's verdict afterwards. */
export function BreakItPage({ id }: { readonly id: string | undefined }) {
  const { say } = useSpeech();
  const { value, away, refused, again } = usePolled(askBreakIt, lookEvery);
  if (refused) return <p className="problem">{say('problem', { text: refused.message })}</p>;
  if (!value) return <p className="soft">{say('loading')}</p>;
  if (!value.on) return <NotADemo />;
  return <Workbench breakable={value} away={away} again={again} id={id} />;
}

function NotADemo() {
  const { say } = useSpeech();
  return (
    <section className="card empty">
      <h2>{say('break.off')}</h2>
      <p>{say('break.offWhy')}</p>
      <pre tabIndex={0}>{'npm run demo\nnpm run stack -- up --break-it\nWAYBILL_BREAK_IT=on docker compose up --wait'}</pre>
    </section>
  );
}

interface WorkbenchProps {
  readonly breakable: Breakable;
  readonly away: boolean;
  readonly again: () => void;
  readonly id: string | undefined;
}

function Workbench({ breakable, away, again, id }: WorkbenchProps) {
  const { say } = useSpeech();
  const { units, faults, audit, problems } = breakable;
  const [seen, setSeen] = useState<AllSeen>({});
  useEffect(() => setSeen((before) => look(before, units, Date.now())), [units]);
  const breaks = breaksOf({ units, faults });
  const chosen = breaks.find((each) => each.id === id);
  return (
    <>
      <p>{say(breakable.runs === 'containers' ? 'break.containers' : 'break.safe', { instance: breakable.instance })}</p>
      {[...problems, ...(away ? [say('break.away')] : [])].map((text) => (
        <p key={text} className="problem" role="alert">
          {say('problem', { text })}
        </p>
      ))}
      <div className="workbench">
        <Breaks breaks={breaks} seen={seen} chosen={chosen?.id} />
        <div className="bench">
          <OrdersUnderWay />
          {chosen ? (
            <Chosen key={chosen.id} chosen={chosen} seen={seen} where={breakable} again={again} />
          ) : (
            <p className="card empty">{say(id === undefined ? 'break.choose' : 'break.unknown')}</p>
          )}
          <Verdict audit={audit} where={breakable} again={again} />
        </div>
      </div>
    </>
  );
}
