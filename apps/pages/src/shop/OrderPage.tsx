import { useCallback, useState } from 'react';
import { Refused } from '../shared/ask.ts';
import { Link } from '../shared/Link.tsx';
import { patiently } from '../shared/patience.ts';
import { usePolled } from '../shared/poll.ts';
import { cancelOrder, isUnderWay, type Mail, type Order, readOrder, type State, type WholeOrder } from './api.ts';
import { Art } from './Art.tsx';
import { Badge } from './Badge.tsx';
import { nameOf, numberOf } from './names.ts';
import { everyMs } from './pace.ts';
import { SignInFirst } from './sign-in/SignIn.tsx';
import { usePerson } from './sign-in/signed-in.ts';
import { useSpeech } from './speech.ts';

const pace = ({ order, mails }: WholeOrder, unchanged: number) =>
  everyMs(isUnderWay(order) || !mails || !mailIsThere(order, mails), unchanged);

/** Of what the order is now. The one of an earlier state may be there, and may never go out. */
const mailIsThere = ({ status }: Order, mails: readonly Mail[]) =>
  mails.some((mail) => mail.outcome === status && mail.status !== 'sending');

export function OrderPage({ id }: { readonly id: string }) {
  return usePerson() ? <OwnOrder id={id} /> : <SignInFirst />;
}

function OwnOrder({ id }: { readonly id: string }) {
  const { say, time } = useSpeech();
  const read = useCallback((signal: AbortSignal) => readOrder(id, signal), [id]);
  const { value, away, refused, again } = usePolled(read, pace);
  if (refused) return <p role="alert">{refused.status === 404 ? say('order.missing') : refused.message}</p>;
  if (!value) return <p role="status">{say(away ? 'away' : 'loading')}</p>;
  const { order, history, mails } = value;
  return (
    <>
      <p>
        <Link to="/orders">{say('order.back')}</Link>
      </p>
      <div className="lead order-head">
        <h1>{say('order.title', { number: numberOf(id) })}</h1>
        <div className="now" role="status">
          <Badge status={order.status} />
          <p className="soft">{say(`tells.${order.status}`)}</p>
          {order.reason && (
            <p className="soft">
              {say('order.reason', { reason: '' })}
              <span lang="en">{order.reason}</span>
            </p>
          )}
          {away && <p>{say('away')}</p>}
        </div>
        <p className="soft">{time(order.placedAt)}</p>
      </div>
      <div className="columns">
        <Lines order={order} />
        <div className="column">
          <History states={history} underWay={isUnderWay(order)} />
          <Mails mails={mails} />
        </div>
      </div>
      {(order.status === 'placed' || order.status === 'confirmed') && <Cancel id={id} cancelled={again} />}
    </>
  );
}

function Lines({ order: { lines, currency, total } }: { readonly order: Order }) {
  const { say, price } = useSpeech();
  return (
    <section className="card">
      <h2>{say('order.lines')}</h2>
      <ul className="lines">
        {lines.map((line) => (
          <li key={line.sku}>
            <Art sku={line.sku} />
            <span>
              {line.quantity} × {nameOf(line, say)}
              <br />
              <span className="soft">{say('order.each', { price: price(line.unitPrice, currency) })}</span>
            </span>
            <span className="price">{price(line.unitPrice * line.quantity, currency)}</span>
          </li>
        ))}
      </ul>
      <p className="total">
        <span>{say('basket.total')}</span> <strong>{price(total, currency)}</strong>
      </p>
    </section>
  );
}

function History({ states, underWay }: { readonly states: readonly State[]; readonly underWay: boolean }) {
  const { say, time } = useSpeech();
  return (
    <section className="card">
      <h2>{say('order.history')}</h2>
      <ol className="history">
        {states.map(({ version, status, at }) => (
          <li key={version} className={underWay && version === states.length ? `${status} under-way` : status}>
            <strong>{say(`status.${status}`)}</strong> <span className="soft">{time(at)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Mails({ mails }: { readonly mails: readonly Mail[] | undefined }) {
  const { say, time } = useSpeech();
  return (
    <section className="card">
      <h2>{say('order.mails')}</h2>
      {!mails && <p className="soft">{say('order.mails-away')}</p>}
      {mails?.length === 0 && <p className="soft">{say('order.no-mails')}</p>}
      <ul className="mails">
        {mails?.map(({ outcome, status, sentAt }) => (
          <li key={outcome}>
            <strong>{say(`mail.${outcome}`)}</strong>{' '}
            <span className="soft">
              {say(`mail-status.${status}`)}
              {sentAt && ` · ${time(sentAt)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cancel({ id, cancelled }: { readonly id: string; readonly cancelled: () => void }) {
  const { say } = useSpeech();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<string>();
  const cancel = () => {
    setAsking(true);
    setRefused(undefined);
    // To cancel twice is the same as once: it is asked until there is an answer.
    patiently(() => cancelOrder(id))
      .then(cancelled, (error: unknown) => setRefused(error instanceof Refused ? error.message : String(error)))
      .finally(() => setAsking(false));
  };
  return (
    <div className="cancel">
      <button type="button" disabled={asking} onClick={cancel}>
        {say(asking ? 'order.cancelling' : 'order.cancel')}
      </button>
      {refused && <p role="alert">{say('order.cancel-refused', { reason: refused })}</p>}
    </div>
  );
}
